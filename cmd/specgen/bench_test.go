package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// manyFiles is the size of the repository that the speed goals speak of.
const manyFiles = 50_000

// buildBinary builds specgen as it is released.
func buildBinary(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "specgen")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", path, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return path
}

// largeRepository makes a repository with many files and a spec whose check is `true`.
func largeRepository(b *testing.B, env []string) string {
	b.Helper()
	dir := b.TempDir()
	var stream bytes.Buffer
	file := func(path, text string) {
		fmt.Fprintf(&stream, "M 100644 inline %s\ndata %d\n%s\n", path, len(text), text)
	}
	stream.WriteString("commit refs/heads/main\ncommitter a <a@b> 1700000000 +0000\ndata 1\nx\n")
	for i := range manyFiles {
		file(fmt.Sprintf("src/mod%02d/pkg%02d/file%05d.txt", i%40, i/40%40, i), fmt.Sprintf("file %d\n", i))
	}
	file("specs/greet.spec.md", "---\ncomponent: greet\ntargets: [\"greet/greet.txt\"]\nchecks:\n  ok: \"true\"\n---\n# Spec: Greet\n\n## Behavior\n- **B1** Greets.\n  - check: ok\n")
	git := func(stdin []byte, args ...string) {
		cmd := exec.CommandContext(b.Context(), "git", args...)
		cmd.Dir, cmd.Env, cmd.Stdin = dir, env, bytes.NewReader(stdin)
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	git(nil, "init", "--quiet", "--initial-branch=main")
	git(stream.Bytes(), "fast-import", "--quiet")
	git(nil, "reset", "--quiet", "--hard")
	return dir
}

// instantModel answers at once with a greeting of its own for each request.
func instantModel(b *testing.B) string {
	b.Helper()
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n++
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = fmt.Fprintf(w, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"FILE: greet/greet.txt\\n```\\nhello %d\\n```\\n\"},\"finish_reason\":\"stop\"}]}\n\n"+
			"data: {\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}\n\ndata: [DONE]\n\n", n)
	}))
	b.Cleanup(server.Close)
	return server.URL + "/v1"
}

// BenchmarkLoop is the whole process of an accepted run on 50,000 files, the first checkout aside. Goal: 150 ms.
func BenchmarkLoop(b *testing.B) {
	binary, home := buildBinary(b), b.TempDir()
	env := append(os.Environ(), "HOME="+home, "XDG_CACHE_HOME="+home, "GIT_CONFIG_GLOBAL="+os.DevNull,
		"OPENAI_BASE_URL="+instantModel(b), "SPECGEN_MODEL=instant", "NO_COLOR=1")
	dir := largeRepository(b, env)
	run := func() time.Duration {
		cmd := exec.CommandContext(b.Context(), binary, "run", "greet")
		cmd.Dir, cmd.Env = dir, env
		began := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		return time.Since(began)
	}
	b.ReportMetric(float64(run().Milliseconds()), "ms/first")
	var times []time.Duration
	for b.Loop() {
		times = append(times, run())
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[0].Microseconds())/1000, "ms/quickest")
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "ms/median")
	status := exec.CommandContext(b.Context(), "git", "status", "--porcelain")
	status.Dir, status.Env = dir, env
	began := time.Now()
	out, err := status.Output()
	if err != nil || len(out) > 0 {
		b.Fatalf("the working tree was touched: %v\n%s", err, out)
	}
	b.ReportMetric(float64(time.Since(began).Microseconds())/1000, "ms/git-status")
}

// BenchmarkHelp is the start of the process. Goal: 30 ms.
func BenchmarkHelp(b *testing.B) {
	binary := buildBinary(b)
	for b.Loop() {
		if err := exec.CommandContext(b.Context(), binary, "--help").Run(); err != nil {
			b.Fatal(err)
		}
	}
}
