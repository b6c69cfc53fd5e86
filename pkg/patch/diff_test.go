package patch_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// TestDiffIsGits: git and another parser take the diffs, and git makes the new content of them.
func TestDiffIsGits(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("one\ntwo\nthree\n", 30)
	for name, tc := range map[string]struct {
		path string
		a, b []byte
	}{
		"change":              {"x.txt", []byte("a\nb\nc\n"), []byte("a\nB\nc\n")},
		"far apart":           {"x.txt", []byte(long), []byte("0\n" + strings.Replace(long, "two\nthree\n", "2\n", 1) + "end\n")},
		"new":                 {"d/x.txt", nil, []byte("a\nb\n")},
		"new, one line":       {"x.txt", nil, []byte("a\n")},
		"new, empty":          {"x.txt", nil, []byte{}},
		"deleted":             {"x.txt", []byte("a\nb\n"), nil},
		"deleted, empty":      {"x.txt", []byte{}, nil},
		"emptied":             {"x.txt", []byte("a\n"), []byte{}},
		"filled":              {"x.txt", []byte{}, []byte("a\n")},
		"newline lost":        {"x.txt", []byte("a\nb\n"), []byte("a\nb")},
		"newline won":         {"x.txt", []byte("a\nb"), []byte("a\nb\n")},
		"never a newline":     {"x.txt", []byte("a\nb"), []byte("A\nb")},
		"CRLF":                {"x.txt", []byte("a\r\nb\r\n"), []byte("a\r\nB\r\n")},
		"blank in the name":   {"a b.txt", []byte("a\n"), []byte("b\n")},
		"quote in the name":   {"a\"b.txt", []byte("a\n"), []byte("b\n")},
		"letters in the name": {"ä.txt", []byte("a\n"), []byte("b\n")},
		"bytes":               {"x.txt", []byte("a\xff\n"), []byte("b\xfe\n")},
		"all different":       {"x.txt", []byte("a\nb\nc\nd\n"), []byte("1\n2\n3\n")},
		"like a header":       {"x.txt", []byte("-- a\n++ b\n"), []byte("-- b\n++ b\n")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diff := patch.Diff(tc.path, tc.a, tc.b)
			gitTakes(t, tc.path, tc.a, tc.b, diff)
			parsed, _, err := gitdiff.Parse(strings.NewReader(diff))
			if err != nil || len(parsed) != 1 {
				t.Fatalf("another parser: %v, %d files\n%s", err, len(parsed), diff)
			}
			s := patch.Stat(tc.path, tc.a, tc.b)
			added, removed := 0, 0
			for _, f := range parsed[0].TextFragments {
				added, removed = added+int(f.LinesAdded), removed+int(f.LinesDeleted)
			}
			if s.Added != added || s.Removed != removed {
				t.Errorf("stat %+v, the diff has +%d -%d", s, added, removed)
			}
		})
	}
	if patch.Diff("x", []byte("a"), []byte("a")) != "" || patch.Diff("x", nil, nil) != "" {
		t.Error("equal contents have a diff")
	}
	if d := patch.Diff("x", []byte("a\x00"), []byte("b\x00")); !strings.Contains(d, "Binary files a/x and b/x differ") {
		t.Errorf("binary: %s", d)
	}
}

func gitTakes(t *testing.T, path string, a, b []byte, diff string) {
	t.Helper()
	dir := t.TempDir()
	run := func(stdin string, args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
		cmd.Stdin = strings.NewReader(stdin)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s\n%s", args, err, out, diff)
		}
	}
	run("", "init", "-q")
	full := filepath.Join(dir, filepath.FromSlash(path))
	if a != nil {
		if err := os.WriteFile(full, a, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run(diff, "apply", "--check", "--whitespace=nowarn")
	run(diff, "apply", "--whitespace=nowarn")
	got, err := os.ReadFile(full)
	if b == nil {
		if !os.IsNotExist(err) {
			t.Fatal("not deleted")
		}
	} else if err != nil || !bytes.Equal(got, b) {
		t.Fatalf("git made %q (%v), want %q", got, err, b)
	}
}

// TestDiffAgainstAnotherApplier: whatever the texts, a strict applier makes b of a.
func TestDiffAgainstAnotherApplier(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := text(t, "a"), text(t, "b")
		diff := patch.Diff("f", []byte(a), []byte(b))
		if a == b {
			if diff != "" {
				t.Fatal("equal texts differ")
			}
			return
		}
		parsed, _, err := gitdiff.Parse(strings.NewReader(diff))
		if err != nil {
			t.Fatalf("%v\n%s", err, diff)
		}
		var out bytes.Buffer
		if err := gitdiff.Apply(&out, strings.NewReader(a), parsed[0]); err != nil {
			t.Fatalf("%v\n%s", err, diff)
		}
		if out.String() != b {
			t.Fatalf("got %q, want %q\n%s", out.String(), b, diff)
		}
	})
}

func TestDiffOfVeryDifferentFilesIsFast(t *testing.T) {
	t.Parallel()
	var a, b strings.Builder
	for i := range 60_000 {
		a.WriteString(strings.Repeat("a", i%97) + string(rune('a'+i%26)) + "\n")
		b.WriteString(strings.Repeat("b", i%89) + string(rune('a'+i%23)) + "\n")
	}
	if s := patch.Stat("f", []byte(a.String()), []byte(b.String())); s.Added == 0 || s.Removed == 0 {
		t.Errorf("%+v", s)
	}
}
