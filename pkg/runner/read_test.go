package runner

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a tree holds is read on the host: it must not lead elsewhere, and must end.
func TestReadInStaysInside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	outside := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(outside, []byte("PRIVATE KEY"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "plain"), []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	big, err := os.Create(filepath.Join(dir, "big"))
	if err != nil {
		t.Fatal(err)
	}
	if err := big.Truncate(maxRead + 1); err != nil {
		t.Fatal(err)
	}
	_ = big.Close()
	for name, target := range map[string]string{"inner": "plain", "out": outside, "zero": "/dev/zero", "up": "../../etc/passwd"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skip(err)
		}
	}
	for name, want := range map[string]string{"plain": "text", "inner": "text"} {
		if got, err := readIn(dir, name); err != nil || string(got) != want {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
	for _, name := range []string{"out", "zero", "up", "big", ".", "../x", "none"} {
		if got, err := readIn(dir, name); err == nil {
			t.Errorf("%s is read: %d bytes", name, len(got))
		}
	}
}

// A go.mod that is a link to a device that never ends is not read for ever.
func TestEndlessModuleFile(t *testing.T) {
	t.Parallel()
	b := open(t, options(t, one(map[string]string{"go.mod": "->/dev/zero", "a": "x\n"})))
	if e, err := b.Run(t.Context(), "cat a"); err != nil || !strings.HasSuffix(e.Output, "x\n") {
		t.Errorf("%v %+v", err, e)
	}
}

func TestModuleName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"module example.com/m\n":                        "example.com/m",
		"// module no\n  module \"example.com/m\" // x": "example.com/m",
		"module (\n\texample.com/m\n)\n":                "example.com/m",
		"module(\nexample.com/m\n)\n":                   "example.com/m",
		"exclude (\nmodule v1.0.0\n)\nmodule m\n":       "m",
		"go 1.24\n": "",
	} {
		if got := moduleName([]byte(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
