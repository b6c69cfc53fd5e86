package runner

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// A pipe that nobody writes to is not waited for.
func TestReadInDoesNotWait(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readIn(dir, "pipe"); err == nil {
		t.Error("read")
	}
}

// A tree is removed in which no path is short enough to name what lies deepest.
func TestRemovesWhatNoPathReaches(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "d")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	at, err := unix.Open(dir, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	for range 3000 {
		if err != nil {
			t.Fatal(err)
		}
		inner := -1
		if err = unix.Mkdirat(at, "d", 0o700); err == nil {
			inner, err = unix.Openat(at, "d", unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
		}
		_ = unix.Close(at)
		at = inner
	}
	_ = unix.Close(at)
	flatten(dir)
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("%d %v", len(left), err)
	}
}
