package disk

import "golang.org/x/sys/unix"

// swap exchanges two names in one step. Not every file system can.
func (h *handle) swap(a, b string) error {
	return do("exchange", b, func() error { return unix.Renameat2(h.fd, a, h.fd, b, unix.RENAME_EXCHANGE) })
}
