// Package faultfs is a file system for tests of how files are saved: it passes all to
// a folder below it, numbers what changes something, and at the n-th such operation
// fails, writes half, or kills the program that asked. It also knows what of all that
// was promised to be on disk, and can make of the folder what a power cut would leave.
//
// The operations are: create, make folder, make link (a symbolic one), link, write,
// allocate, truncate, change mode, change owner, change times, set attribute, remove
// attribute, rename, exchange, unlink, remove folder, sync and sync folder. What only
// reads is passed on, neither numbered nor failed.
//
// What the disk has promised is read as narrowly as POSIX allows: of a file, what it
// was at its last fsync; of a folder, the names it had at its own. So an fsync of a
// file does not keep its name, and a rename that nobody synced is undone.
//
// It runs as root on Linux, through /dev/fuse; Missing says why it cannot elsewhere.
// It is never part of the tshare binary.
package faultfs
