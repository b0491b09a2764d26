package screen

import "sync/atomic"

// The largest window that is believed, in cells: a wall of monitors. Each cell
// costs memory, and a size is only a claim.
const (
	MaxWidth  = 500
	MaxHeight = 200
)

// Size is a window in cells.
type Size struct{ Width, Height int }

// unknownSize is taken for a window whose side does not say.
var unknownSize = Size{Width: 80, Height: 24}

// clamp returns a size that can be drawn.
func (s Size) clamp() Size {
	return Size{Width: min(max(s.Width, 1), MaxWidth), Height: min(max(s.Height, 1), MaxHeight)}
}

// window is a size that changes. Only the latest counts.
type window struct {
	packed  atomic.Uint64
	resized chan struct{} // one slot
}

func newWindow() *window {
	w := &window{resized: make(chan struct{}, 1)}
	w.store(unknownSize)
	return w
}

// set takes what a client says; a side of 0 means that it does not know (RFC
// 4254, section 6.2).
func (w *window) set(width, height uint32) {
	s := w.size()
	if width > 0 {
		s.Width = int(min(width, MaxWidth))
	}
	if height > 0 {
		s.Height = int(min(height, MaxHeight))
	}
	w.store(s)
	select {
	case w.resized <- struct{}{}:
	default: // already woken
	}
}

func (w *window) store(s Size) { w.packed.Store(uint64(s.Width)<<32 | uint64(s.Height)) }

func (w *window) size() Size {
	p := w.packed.Load()
	return Size{Width: int(p >> 32), Height: int(uint32(p))}
}
