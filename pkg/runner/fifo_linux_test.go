package runner

import (
	"path/filepath"
	"syscall"
	"testing"
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
