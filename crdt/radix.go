package crdt

// keyed is a value to sort by a key.
type keyed struct {
	key uint64
	val uint32
}

// sortKeyed sorts list by key, equal ones as they were, with the help of scratch,
// and returns both: which memory is which may change. It takes a pass for each 11
// bits of the greatest key (a radix sort from the least digit on).
func sortKeyed(list, scratch []keyed) (sorted, rest []keyed) {
	const digits = 11
	greatest, ordered := uint64(0), true
	for i := range list {
		ordered = ordered && list[i].key >= greatest
		greatest = max(greatest, list[i].key)
	}
	if ordered {
		return list, scratch
	}
	if cap(scratch) < len(list) {
		scratch = make([]keyed, len(list))
	}
	other := scratch[:len(list)]
	for shift := 0; greatest>>shift > 0; shift += digits {
		var starts [1 << digits]uint32
		for i := range list {
			starts[list[i].key>>shift&(1<<digits-1)]++
		}
		sum := uint32(0)
		for d := range starts {
			starts[d], sum = sum, sum+starts[d]
		}
		for i := range list {
			at := &starts[list[i].key>>shift&(1<<digits-1)]
			other[*at] = list[i]
			*at++
		}
		list, other = other, list
	}
	return list, other
}
