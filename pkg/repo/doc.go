// Package repo is the one place that knows git. It reads trees and blobs, builds trees and commits without an index, moves
// refs, and sees the working tree as git would store it.
//
// Two ways lead to git and each does what it is good at. Objects go through go-git, in this process: reading and writing a few
// of them is ten times faster than starting a program. Everything with a lock, a rule of its own or a configuration behind it
// (refs, revisions, filters, line ends, identities, signatures) is asked of the git binary, so that the answer is git's.
//
// The user's index and working tree are only ever read. No command that could refresh the index on the side runs without
// GIT_OPTIONAL_LOCKS=0, and conversions happen in a private index outside the repository.
package repo
