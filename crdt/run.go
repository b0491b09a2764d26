package crdt

// run is bytes that one replica inserted in a row, at addresses in a row: each
// after the first is the right child of the one before it, with the run's right
// origin. That is what typing or a paste makes.
type run struct {
	at          id // the first byte
	left, right id // its origins
	number      uint32
	leftChild   bool   // it hangs in the tree as a left child of right
	root        uint32 // the nearest left child up the tree, from it on; noRun if there is none
}

// noRun is the number of no run.
const noRun = ^uint32(0)
