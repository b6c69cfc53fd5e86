package runner

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// cpu is the processor time of this process and its children, which a busy machine does not blow up.
func cpu() time.Duration {
	total := time.Duration(0)
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		_ = syscall.Getrusage(who, &u)
		total += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return total
}

// BenchmarkStart compares a command in the sandbox with the same as a plain process.
func BenchmarkStart(b *testing.B) {
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	for _, mode := range []Mode{Auto, Off} {
		b.Run(string(mode), func(b *testing.B) {
			bench, err := Open(b.Context(), "comp", Options{
				Dir: filepath.Join(b.TempDir(), "c"), Source: one(map[string]string{"a": "x"}), Env: os.Environ(), Self: self, Mode: mode,
			})
			if err != nil {
				b.Fatal(err)
			}
			if err := bench.Switch(b.Context(), "T"); err != nil {
				b.Fatal(err)
			}
			before := cpu()
			defer func() { b.ReportMetric(float64((cpu()-before).Microseconds())/1000/float64(b.N), "cpu-ms/op") }()
			for b.Loop() {
				if e, err := bench.Run(b.Context(), "true"); err != nil || e.Exit != 0 {
					b.Fatal(err, e)
				}
			}
		})
	}
	b.Run("plain", func(b *testing.B) {
		before := cpu()
		defer func() { b.ReportMetric(float64((cpu()-before).Microseconds())/1000/float64(b.N), "cpu-ms/op") }()
		for b.Loop() {
			if err := exec.CommandContext(b.Context(), "sh", "-c", "true").Run(); err != nil {
				b.Fatal(err)
			}
		}
	})
	if _, err := exec.LookPath("bwrap"); err == nil {
		b.Run("bwrap", func(b *testing.B) {
			for b.Loop() {
				err := exec.CommandContext(b.Context(), "bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin",
					"--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "sh", "-c", "true").Run()
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
