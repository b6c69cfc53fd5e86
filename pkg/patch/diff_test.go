package patch_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
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

// TestDiffAgainstGit: whatever the texts and the name of the file, git makes b of a.
func TestDiffAgainstGit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	names := []string{"f", "d/f.txt", "a b", "ä/ö.txt", "q\"uote", "back\\slash", "tab\there", "日本", "x (1).txt", "-f", "b/a/f", "\u202eevil", "new\nline"}
	if runtime.GOOS == "windows" {
		names = names[:4] // the others cannot be names there
	}
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		a, b := []byte(text(t, "a")), []byte(text(t, "b"))
		name := rapid.SampledFrom(names).Draw(t, "name")
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			a = nil
		case 1:
			b = nil
		}
		modes := []uint32{patch.ModeFile, patch.ModeExecutable}
		before, after := rapid.SampledFrom(modes).Draw(t, "before"), rapid.SampledFrom(modes).Draw(t, "after")
		diff := patch.DiffModes(name, before, after, a, b)
		if diff == "" {
			if !bytes.Equal(a, b) || a != nil && before != after {
				t.Fatal("no diff")
			}
			return
		}
		parsed, _, err := gitdiff.Parse(strings.NewReader(diff))
		if err != nil || len(parsed) != 1 || parsed[0].NewName != name && parsed[0].OldName != name {
			t.Fatalf("another parser: %v\n%s", err, diff)
		}
		root := filepath.Join(dir, strconv.Itoa(n))
		if err := write(root, name, before, a); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"apply", "--check"}, {"apply"}} {
			cmd := exec.Command("git", append(args, "--whitespace=nowarn")...) //nolint:noctx // rapid has no context
			cmd.Dir, cmd.Stdin = root, strings.NewReader(diff)
			cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_CEILING_DIRECTORIES="+dir)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("git %v: %v\n%s\n%s", args, err, out, diff)
			}
		}
		got, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if b == nil && !os.IsNotExist(err) || b != nil && (err != nil || !bytes.Equal(got, b)) {
			t.Fatalf("git made %q (%v), want %q\n%s", got, err, b, diff)
		}
		if info, err := os.Stat(filepath.Join(root, filepath.FromSlash(name))); err == nil && runtime.GOOS != "windows" && (info.Mode()&0o100 != 0) != (after == patch.ModeExecutable) {
			t.Fatalf("mode %v\n%s", info.Mode(), diff)
		}
	})
}

// write makes the folder root, with a file in it unless data is nil.
func write(root, name string, mode uint32, data []byte) error {
	full := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o750); err != nil || data == nil {
		return err
	}
	return os.WriteFile(full, data, os.FileMode(mode&0o777))
}

func TestWords(t *testing.T) {
	t.Parallel()
	show := func(parts []patch.Part) string {
		var out strings.Builder
		for _, p := range parts {
			if p.Changed {
				out.WriteString("[" + p.Text + "]")
				continue
			}
			out.WriteString(p.Text)
		}
		return out.String()
	}
	old, now, ok := patch.Words("\treturn limit + 1", "\treturn limit + step")
	if !ok || show(old) != "\treturn limit + [1]" || show(now) != "\treturn limit + [step]" {
		t.Errorf("%v %s %s", ok, show(old), show(now))
	}
	for _, pair := range [][2]string{{"same", "same"}, {"all other", "nothing is"}, {"a\xff", "b"}, {strings.Repeat("a", 3000), "a"}, {"", "a"}} {
		if _, _, ok := patch.Words(pair[0], pair[1]); ok {
			t.Errorf("%.20q and %.20q have nothing to show", pair[0], pair[1])
		}
	}
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
