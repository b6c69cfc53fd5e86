//go:build unix

package disk

import (
	"os"
	"syscall"
)

// dontWait keeps the opening of a pipe, which has come in the place of a file, from waiting for a writer.
const dontWait = syscall.O_NONBLOCK

// giveTo makes a new file belong to whom the old one belonged to, as far as the system lets us: only its superuser may give files away.
func giveTo(file *os.File, now, old os.FileInfo) {
	a, okA := now.Sys().(*syscall.Stat_t)
	b, okB := old.Sys().(*syscall.Stat_t)
	if okA && okB && (a.Uid != b.Uid || a.Gid != b.Gid) {
		_ = file.Chown(int(b.Uid), int(b.Gid))
	}
}
