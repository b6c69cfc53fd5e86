package runner

import (
	"fmt"
	"io/fs"
	"syscall"
)

// stampOf tells whether a file was touched. The change time cannot be set back by a program.
func stampOf(info fs.FileInfo) string {
	s := fmt.Sprintf("%o %d %d", info.Mode(), info.Size(), info.ModTime().UnixNano())
	if sys, ok := info.Sys().(*syscall.Stat_t); ok {
		s += fmt.Sprintf(" %d %d.%d", sys.Ino, sys.Ctim.Sec, sys.Ctim.Nsec)
	}
	return s
}
