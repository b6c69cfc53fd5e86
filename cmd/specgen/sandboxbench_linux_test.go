package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/runner"
)

// oneFile is a tree of one file.
type oneFile struct{}

func (oneFile) Changes(context.Context, string, string) ([]patch.Delta, error) {
	return []patch.Delta{{Path: "a", Mode: patch.ModeFile, Blob: "b"}}, nil
}

func (oneFile) ReadBlob(context.Context, string) ([]byte, error) { return []byte("x\n"), nil }

// bubblewrap builds about the same walls: all namespaces, a root of its own, a private /tmp. It has no Landlock, no filter, no
// layer over the checkout, no limits and no watch.
func bubblewrap(dir string) []string {
	args := []string{"bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"}
	for _, p := range []string{"/usr", "/bin", "/sbin", "/lib", "/lib64", "/opt", "/etc/alternatives", "/etc/ld.so.cache", "/etc/ssl/certs"} {
		args = append(args, "--ro-bind-try", p, p)
	}
	return append(args, "--bind", dir, "/checkout", "--chdir", "/checkout", "sh", "-c", "true")
}

// BenchmarkSandboxStart is a command in the sandbox of the released binary, beside a plain process and bubblewrap (where it is
// installed), in turn. Goal: 20 ms more than the plain process.
func BenchmarkSandboxStart(b *testing.B) {
	bench, err := runner.Open(b.Context(), "comp", runner.Options{
		Dir: filepath.Join(b.TempDir(), "c"), Source: oneFile{}, Env: os.Environ(), Self: buildBinary(b), Now: time.Now,
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = bench.Close() })
	if err := bench.Switch(b.Context(), "T"); err != nil {
		b.Fatal(err)
	}
	plain := func(args ...string) func() error {
		return func() error { return exec.CommandContext(b.Context(), args[0], args[1:]...).Run() }
	}
	ways := []struct {
		name string
		run  func() error
	}{
		{"plain", plain("sh", "-c", "true")},
		{"sandbox", func() error { _, err := bench.Run(b.Context(), "true"); return err }},
	}
	if _, err := exec.LookPath("bwrap"); err == nil {
		ways = append(ways, struct {
			name string
			run  func() error
		}{"bwrap", plain(bubblewrap(b.TempDir())...)})
	}
	times := make([][]time.Duration, len(ways))
	for b.Loop() {
		for i, w := range ways {
			began := time.Now()
			if err := w.run(); err != nil {
				b.Fatal(w.name, err)
			}
			times[i] = append(times[i], time.Since(began))
		}
	}
	for i, w := range ways {
		slices.Sort(times[i])
		b.ReportMetric(float64(times[i][len(times[i])/2].Microseconds())/1000, "ms-"+w.name)
		b.ReportMetric(float64(times[i][0].Microseconds())/1000, "ms-"+w.name+"-quickest")
	}
}
