package disk

import (
	"io/fs"
	"os"
	"time"
)

// stamp tells one state of a file from another.
type stamp struct {
	inode inode       // its identity; on systems that have none for us, info has it
	info  os.FileInfo // nil where inode is set
	mode  fs.FileMode // nine bits, and whether it is a folder, a link or something irregular
	size  int64
	time  time.Time // of the last change of its content
	owner owner     // where the system has owners
}

// inode is the identity of a file on systems that have one.
type inode struct{ dev, ino uint64 }

// owner is whom a file belongs to.
type owner struct{ user, group int }

func (s *stamp) sameFile(other *stamp) bool {
	if s.info != nil && other.info != nil {
		return os.SameFile(s.info, other.info)
	}
	return s.inode == other.inode
}

// unchanged says whether nothing shows that the file was written to, replaced, or given other permissions.
func (s *stamp) unchanged(now *stamp) bool {
	return s.sameFile(now) && s.mode == now.mode && s.size == now.size && s.time.Equal(now.time)
}
