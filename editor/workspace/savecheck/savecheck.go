// Package savecheck proves of a program that saves files what it makes of them when
// something goes wrong. It runs the program on a file system of its own (faultfs), and
// at each operation in turn lets it fail, write half, be killed, or lose its power.
//
// The program is a command line that gets two more arguments, the file to save and a
// file with its new text. It exits with 0 if the text is saved, with ExitSavedBut if it
// is saved and there is something to tell, and with anything else if it is not; what
// it has to tell goes to stderr. So that other programs can be checked beside tshare,
// cmd/savecheck takes any command line:
//
//	go run ./cmd/savecheck -- sh -c 'cat "$1" >"$0"'
//	go run ./cmd/savecheck -- sh -c 'vim -N -es -u NONE -i NONE -n -c "%d _" -c "0r $1" -c wq "$0"'
//
// These promises are checked after each trial:
//
//   - the file has its old text or the new one, whole. Where it can only be overwritten
//     in place, the old text may lie whole in another file instead: one that the
//     program named, or, if it was killed, one that can be found;
//   - what was told as saved is there, after a power cut too unless there was more to
//     tell;
//   - what failed was told;
//   - nothing else is left behind, unless the program was killed or named it;
//   - mode, owner, group, access list and extended attributes are as they were, links
//     lead where they did, and hard links still share the text.
package savecheck
