package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// meadow is a tree with a clean patch of five hunks for each file, as git writes it.
type meadow struct {
	paths    []string
	old, now [][]byte
	patch    string
	seeded   time.Time
}

// newMeadow makes files of two hundred lines, in Go or in plain text. No two lines of a file are alike.
func newMeadow(b *testing.B, files int, ext string) meadow {
	b.Helper()
	m := meadow{seeded: time.Now().Add(-24 * time.Hour)}
	root := b.TempDir()
	for i := range files {
		var before, after bytes.Buffer
		for _, out := range []*bytes.Buffer{&before, &after} {
			fmt.Fprintf(out, "package mod%02d\n\n", i%25)
			for j := range 40 {
				fmt.Fprintf(out, "// step%d is step %d of file %d.\nfunc step%d(in int) int {\n\treturn in*%d + %d\n}\n\n", j, j, i, j, i+j, j)
				if out == &after && j%8 == 3 {
					out.Truncate(out.Len() - len("}\n\n"))
					out.WriteString("\t// never reached\n}\n\n")
				}
			}
		}
		m.paths = append(m.paths, fmt.Sprintf("src/mod%02d/pkg%d/file%04d%s", i%25, i/25%8, i, ext))
		m.old, m.now = append(m.old, before.Bytes()), append(m.now, after.Bytes())
	}
	for name, texts := range map[string][][]byte{"a": m.old, "b": m.now} {
		m.fill(b, filepath.Join(root, name), texts)
	}
	cmd := exec.CommandContext(b.Context(), "git", "diff", "--no-index", "--no-prefix", "a", "b")
	cmd.Dir = root
	patch, _ := cmd.Output() // ends with 1: they differ
	if bytes.Count(patch, []byte("\n@@ ")) != 5*files {
		b.Fatalf("%d hunks", bytes.Count(patch, []byte("\n@@ ")))
	}
	m.patch = filepath.Join(root, "p.diff")
	if err := os.WriteFile(m.patch, patch, 0o600); err != nil {
		b.Fatal(err)
	}
	return m
}

// fill writes the tree, as old as trees are.
func (m meadow) fill(b *testing.B, dir string, texts [][]byte) {
	b.Helper()
	for i, path := range m.paths {
		at := filepath.Join(dir, filepath.FromSlash(path))
		err := os.MkdirAll(filepath.Dir(at), 0o750)
		if err == nil {
			err = os.WriteFile(at, texts[i], 0o600)
		}
		if err == nil {
			err = os.Chtimes(at, m.seeded, m.seeded)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}

// apply runs a command on a fresh tree, and gives how long the whole process took, and how long it kept processors busy, which other work
// on the machine changes less.
func (m meadow) apply(b *testing.B, dir string, command ...string) (took, busy time.Duration) {
	b.Helper()
	m.fill(b, dir, m.old)
	cmd := exec.CommandContext(b.Context(), command[0], append(command[1:], m.patch)...)
	cmd.Dir = dir
	began := time.Now()
	out, err := cmd.CombinedOutput()
	took = time.Since(began)
	if err != nil {
		b.Fatalf("%v: %v\n%s", command, err, out)
	}
	for i, path := range m.paths {
		if got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path))); err != nil || !bytes.Equal(got, m.now[i]) {
			b.Fatalf("%v: %s is not as it should be: %v", command, path, err)
		}
	}
	return took, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// BenchmarkApply is the whole process of applying a clean patch of 5,000 hunks to 1,000 files, beside git apply on the same tree, in turns.
// Goal: not slower, ratio 1. For Go, specgen also parses each file before it writes anything.
func BenchmarkApply(b *testing.B) {
	binary := buildBinary(b)
	for _, ext := range []string{".txt", ".go"} {
		b.Run(ext[1:], func(b *testing.B) {
			m := newMeadow(b, 1000, ext)
			ours, theirs := b.TempDir(), b.TempDir()
			var took, busy [2][]time.Duration
			for b.Loop() {
				for i, c := range []struct {
					dir     string
					command []string
				}{{ours, []string{binary, "apply"}}, {theirs, []string{"git", "apply"}}} {
					t, c := m.apply(b, c.dir, c.command...)
					took[i], busy[i] = append(took[i], t), append(busy[i], c)
				}
			}
			for unit, times := range map[string][2][]time.Duration{"wall": took, "cpu": busy} {
				slices.Sort(times[0])
				slices.Sort(times[1])
				ours, theirs := times[0][len(times[0])/2], times[1][len(times[1])/2]
				b.ReportMetric(float64(ours.Microseconds())/1000, "ms-"+unit+"/specgen")
				b.ReportMetric(float64(theirs.Microseconds())/1000, "ms-"+unit+"/git")
				b.ReportMetric(float64(ours)/float64(theirs), "ratio-"+unit)
				b.ReportMetric(float64(times[0][0])/float64(times[1][0]), "ratio-"+unit+"/quickest")
			}
		})
	}
}
