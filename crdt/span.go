package crdt

// span is bytes of one run that lie side by side in the list and are covered by
// as many live deletions: none if they are visible.
type span struct {
	id      id // the first byte
	n       uint32
	feeds   uint32 // line feeds, also if they are deleted
	deletes uint32
	run     uint32
}

const (
	// maxSpan is the longest span of typed text in bytes: short enough to look
	// for line feeds in it.
	maxSpan = 64 << 10
	// maxBaseSpan is that of a loaded file, whose line feeds are counted already.
	maxBaseSpan = 1 << 30
	// lost is what deletes says of bytes whose text is not kept: nothing brings
	// them back.
	lost = ^uint32(0)
)

func (s *span) end() id { return s.id + id(s.n) }

func (s *span) visible() int {
	if s.deletes > 0 {
		return 0
	}
	return int(s.n)
}

func (s *span) measure() measure {
	if s.deletes > 0 {
		return measure{}
	}
	return measure{int(s.n), int(s.feeds)}
}

// measure is what is known of a stretch of text: its bytes and line feeds.
type measure struct{ bytes, feeds int }

func (m measure) plus(o measure) measure { return measure{m.bytes + o.bytes, m.feeds + o.feeds} }

func (m measure) minus(o measure) measure { return measure{m.bytes - o.bytes, m.feeds - o.feeds} }
