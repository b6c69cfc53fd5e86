//go:build linux || darwin

package disk

import (
	"io"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// handle is an open folder. All names are single parts of a path, and a link is never followed.
type handle struct{ fd int }

func openRoot(path string) (*handle, error) {
	fd, err := again(func() (int, error) { return unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0) })
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return &handle{fd}, nil
}

func (h *handle) close() error { return unix.Close(h.fd) }

// again repeats a call that a signal has broken off.
func again[T any](call func() (T, error)) (T, error) {
	for {
		v, err := call()
		if err != unix.EINTR { //nolint:errorlint // the bare number of a system call
			return v, err
		}
	}
}

// do is again for calls that give nothing but an error, which then says what was tried with which name.
func do(op, name string, call func() error) error {
	_, err := again(func() (struct{}, error) { return struct{}{}, call() })
	if err != nil {
		return &fs.PathError{Op: op, Path: name, Err: err}
	}
	return nil
}

func (h *handle) lstat(name string) (*stamp, error) {
	var st unix.Stat_t
	if err := do("lstat", name, func() error { return unix.Fstatat(h.fd, name, &st, unix.AT_SYMLINK_NOFOLLOW) }); err != nil {
		return nil, err
	}
	return stampOf(&st), nil
}

func fstat(fd int, name string) (*stamp, error) {
	var st unix.Stat_t
	if err := do("stat", name, func() error { return unix.Fstat(fd, &st) }); err != nil {
		return nil, err
	}
	return stampOf(&st), nil
}

func stampOf(st *unix.Stat_t) *stamp {
	sec, nsec := st.Mtim.Unix()
	mode := fs.FileMode(st.Mode & 0o777)
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
	case unix.S_IFDIR:
		mode |= fs.ModeDir
	case unix.S_IFLNK:
		mode |= fs.ModeSymlink
	default:
		mode |= fs.ModeIrregular
	}
	return &stamp{
		inode: inode{uint64(st.Dev), st.Ino}, //nolint:unconvert // a number of the system's, signed on some
		mode:  mode, size: st.Size, time: time.Unix(sec, nsec), owner: owner{int(st.Uid), int(st.Gid)},
	}
}

// openDir opens a folder in the folder.
func (h *handle) openDir(name string) (*handle, error) {
	fd, err := again(func() (int, error) {
		return unix.Openat(h.fd, name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	})
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return &handle{fd}, nil
}

// stat describes the folder itself.
func (h *handle) stat() (*stamp, error) { return fstat(h.fd, ".") }

// names lists the folder, in no order.
func (h *handle) names() ([]string, error) {
	dir, err := h.openDir(".")
	if err != nil {
		return nil, err
	}
	file := os.NewFile(uintptr(dir.fd), ".")
	defer func() { _ = file.Close() }()
	return file.Readdirnames(-1)
}

// reader opens a file for reading. A pipe does not keep it waiting.
func (h *handle) reader(name string) (*reader, error) {
	fd, err := again(func() (int, error) {
		return unix.Openat(h.fd, name, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	})
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return &reader{fd, name}, nil
}

// reader is a file that is read.
type reader struct {
	fd   int
	name string
}

func (r *reader) stat() (*stamp, error) { return fstat(r.fd, r.name) }

func (r *reader) Read(p []byte) (int, error) {
	n, err := again(func() (int, error) { return unix.Read(r.fd, p) })
	if err != nil {
		return 0, &fs.PathError{Op: "read", Path: r.name, Err: err}
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (r *reader) close() { _ = unix.Close(r.fd) }

// create writes a new file with these permissions, or with what the umask leaves of them where like is nil. Else it shall belong to whom
// like belongs to, as far as the system lets us: only its superuser may give files away.
func (h *handle) create(name string, data []byte, bits fs.FileMode, like *stamp) (made *stamp, err error) {
	fd, err := again(func() (int, error) {
		return unix.Openat(h.fd, name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, uint32(bits))
	})
	if err != nil {
		return nil, &fs.PathError{Op: "create", Path: name, Err: err}
	}
	defer func() {
		if bad := unix.Close(fd); bad != nil && err == nil {
			err = &fs.PathError{Op: "close", Path: name, Err: bad}
		}
	}()
	for len(data) > 0 {
		n, err := again(func() (int, error) { return unix.Write(fd, data) })
		if err != nil {
			return nil, &fs.PathError{Op: "write", Path: name, Err: err}
		}
		data = data[n:]
	}
	if made, err = fstat(fd, name); err != nil || like == nil {
		return made, err
	}
	if made.owner != like.owner {
		_ = unix.Fchown(fd, like.owner.user, like.owner.group)
	}
	if made.mode.Perm() != bits || made.owner != like.owner {
		err = do("chmod", name, func() error { return unix.Fchmod(fd, uint32(bits)) })
	}
	return made, err
}

func (h *handle) link(old, name string) error {
	return do("link", name, func() error { return unix.Linkat(h.fd, old, h.fd, name, 0) })
}

func (h *handle) rename(old, name string) error {
	return do("rename", name, func() error { return unix.Renameat(h.fd, old, h.fd, name) })
}

func (h *handle) remove(name string) error {
	return do("remove", name, func() error { return unix.Unlinkat(h.fd, name, 0) })
}

func (h *handle) mkdir(name string) error {
	return do("mkdir", name, func() error { return unix.Mkdirat(h.fd, name, 0o777) })
}

func (h *handle) rmdir(name string) error {
	return do("rmdir", name, func() error { return unix.Unlinkat(h.fd, name, unix.AT_REMOVEDIR) })
}
