//go:build unix

package repo

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps the terminal's Ctrl-C away from a git that is moving refs: the run ends cleanly, after it.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
