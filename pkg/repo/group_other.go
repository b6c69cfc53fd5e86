//go:build !unix

package repo

import "os/exec"

// ownGroup changes nothing here: the system has no process groups in the sense of Unix.
func ownGroup(*exec.Cmd) {}
