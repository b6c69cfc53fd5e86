package runner

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const watchInterval = 25 * time.Millisecond

// supervise starts the command, keeps count of what it starts, and leaves nothing alive.
func supervise(p plan, control io.Reader) (outcome, error) {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return outcome{}, fmt.Errorf("become the reaper: %w", err)
	}
	path, err := lookPath(p.Argv[0], p.Env)
	if err != nil {
		return outcome{Exit: 127}, nil //nolint:nilerr // the shell's own answer to a program that is not there
	}
	argv := p.Argv
	if p.Walls[WallLandlock] && !p.Walls[WallMount] {
		// Behind Landlock this process could not see its children in the host's /proc: they go there themselves.
		path, argv = outerGuard(p.Inside), append([]string{outerGuard(p.Inside), path}, argv[1:]...)
	}
	// This process may have been given precedence, see precede. The command has none.
	if err := unix.Setpriority(unix.PRIO_PROCESS, 0, 0); err != nil && !errors.Is(err, unix.EACCES) {
		return outcome{}, fmt.Errorf("set the priority: %w", err)
	}
	main, err := syscall.ForkExec(path, argv, environFor(p)) //nolint:gosec // running commands is what this is for
	if err != nil {
		return outcome{}, fmt.Errorf("start %s: %w", p.Argv[0], err)
	}
	w := &watch{plan: p, main: main, alone: os.Getpid() == 1}
	done := make(chan struct{})
	go w.limits(done)
	go func() {
		// The outside closes its end by exiting, however it exits.
		_, _ = io.Copy(io.Discard, control)
		w.stop("the process that asked for it is gone")
	}()
	status := reapUntil(main)
	close(done)
	w.killAll()
	return w.outcome(status), nil
}

func reapUntil(main int) syscall.WaitStatus {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, 0, nil)
		if pid == main {
			return status
		}
		if errors.Is(err, syscall.ECHILD) {
			return status
		}
	}
}

type watch struct {
	plan   plan
	main   int
	alone  bool // this is process 1 of its namespace: everything else that can be seen is the command's
	reason atomic.Pointer[string]
}

func (w *watch) stop(reason string) {
	w.reason.CompareAndSwap(nil, &reason)
	w.signalAll()
}

// limits kills everything once there are too many processes or they hold too much memory together.
func (w *watch) limits(done <-chan struct{}) {
	ticker := time.NewTicker(watchInterval)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return
		case <-ticker.C:
		}
		tasks, memory := w.usage()
		switch {
		case tasks > w.plan.Limits.Processes:
			w.stop(fmt.Sprintf("more than %d processes and threads", w.plan.Limits.Processes))
		case memory > w.plan.Limits.Memory:
			w.stop(fmt.Sprintf("more than %d MiB of memory", w.plan.Limits.Memory/mebibyte))
		}
	}
}

// usage sums up threads and memory of the processes below this one. If there are too many already their threads do not matter:
// while it reads about them they become more. Memory is what belongs to one process alone; where that is within the limit
// and what is shared could be over it, each shared page is counted once, which takes longer.
func (w *watch) usage() (tasks int, memory int64) {
	all := w.processes()
	if len(all) > w.plan.Limits.Processes {
		return len(all), 0
	}
	resident := int64(0)
	for _, pid := range all {
		dir := "/proc/" + strconv.Itoa(pid)
		if stat, err := os.ReadFile(filepath.Join(dir, "stat")); err == nil { //nolint:gosec // of proc
			tasks += threads(stat)
		}
		if statm, err := os.ReadFile(filepath.Join(dir, "statm")); err == nil { //nolint:gosec // of proc
			r, private := residentBytes(statm)
			resident, memory = resident+r, memory+private
		}
	}
	if memory <= w.plan.Limits.Memory && resident > w.plan.Limits.Memory {
		memory = max(memory, proportional(all))
	}
	return tasks, memory
}

// proportional sums up the processes' parts of all memory that is not of files, see /proc/PID/smaps_rollup in proc(5).
func proportional(pids []int) int64 {
	total := int64(0)
	for _, pid := range pids {
		data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/smaps_rollup")
		if err != nil {
			continue
		}
		for line := range bytes.Lines(data) {
			fields := bytes.Fields(line)
			if len(fields) == 3 && (string(fields[0]) == "Pss_Anon:" || string(fields[0]) == "Pss_Shmem:") {
				kib, _ := strconv.ParseInt(string(fields[1]), 10, 64) // a kernel's number
				total += kib << 10
			}
		}
	}
	return total
}

// threads reads field 20 of /proc/PID/stat, see proc(5). The name in field 2 may hold anything but ends at the last ')'.
func threads(stat []byte) int {
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 18 {
		return 1
	}
	n, err := strconv.Atoi(string(fields[17]))
	if err != nil || n < 1 {
		return 1 // a zombie
	}
	return n
}

// residentBytes reads /proc/PID/statm: what is resident, and how much of that is not shared.
func residentBytes(statm []byte) (resident, private int64) {
	fields := bytes.Fields(statm)
	if len(fields) < 3 {
		return 0, 0
	}
	all, err1 := strconv.ParseInt(string(fields[1]), 10, 64)
	shared, err2 := strconv.ParseInt(string(fields[2]), 10, 64)
	if err1 != nil || err2 != nil {
		return 0, 0
	}
	page := int64(os.Getpagesize())
	return all * page, max(all-shared, 0) * page
}

// processes lists the command's processes. Without a pid namespace they are found by their parents.
func (w *watch) processes() []int {
	if !w.alone {
		return descendants(os.Getpid())
	}
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer closeQuietly(dir)
	names, _ := dir.Readdirnames(-1) // what could be read is counted
	var pids []int
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil && pid != 1 {
			pids = append(pids, pid)
		}
	}
	return pids
}

func descendants(pid int) []int {
	var all []int
	tasks, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	for _, task := range tasks {
		data, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/children", pid, task.Name()))
		for field := range strings.FieldsSeq(string(data)) {
			if child, err := strconv.Atoi(field); err == nil {
				all = append(append(all, child), descendants(child)...)
			}
		}
	}
	return all
}

func (w *watch) signalAll() {
	if w.alone {
		_ = syscall.Kill(-1, syscall.SIGKILL) // all but ourselves; nobody left is no error
		return
	}
	_ = syscall.Kill(-w.main, syscall.SIGKILL)
	for _, pid := range descendants(os.Getpid()) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

// killAll ends with no process below this one. What forks while it is killed is met again in the next round.
func (w *watch) killAll() {
	for range 1000 {
		w.signalAll()
		var status syscall.WaitStatus
		if _, err := syscall.Wait4(-1, &status, 0, nil); errors.Is(err, syscall.ECHILD) {
			return
		}
	}
}

func (w *watch) outcome(status syscall.WaitStatus) outcome {
	out := outcome{Exit: status.ExitStatus()}
	if status.Signaled() {
		out.Exit, out.Signal = -1, unix.SignalName(status.Signal())
	}
	if reason := w.reason.Load(); reason != nil {
		out.Exit, out.Stopped = -1, *reason
		if out.Signal == "" {
			out.Signal = "SIGKILL"
		}
	}
	return out
}

func lookPath(name string, env []string) (string, error) {
	if strings.ContainsRune(name, '/') {
		return name, nil
	}
	for dir := range strings.SplitSeq(lookupEnv(env, "PATH"), ":") {
		path := dir + "/" + name
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return path, nil
		}
	}
	return "", exec.ErrNotFound
}
