//go:build linux && (amd64 || arm64)

package runner

import (
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// What namespaces and Landlock do not reach, a filter on system calls does: key rings and vsock belong to no namespace,
// memory files are counted to nobody, and the rest of the list is kernel that tests have no use for. Everything that is
// not named is let through: a list of what may be called would break test suites that nobody here has seen.

// Offsets in struct seccomp_data, see seccomp(2). Arguments are 64 bits, little-endian on both architectures.
const (
	dataNumber   = 0
	dataArch     = 4
	dataArgument = 16 // the first; each has 8 bytes
)

// x32Bit marks calls of the x32 ABI, which have other numbers.
const x32Bit = 0x40000000

// newNamespaces are the flags of clone and unshare that make one.
const newNamespaces = unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET | unix.CLONE_NEWIPC |
	unix.CLONE_NEWUTS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWTIME

// refusedCalls are calls that are not permitted, whatever their arguments.
func refusedCalls() []uint32 {
	return []uint32{
		unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY, unix.SYS_KEYCTL,
		unix.SYS_BPF, unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD, unix.SYS_OPEN_BY_HANDLE_AT,
		unix.SYS_MOUNT, unix.SYS_UMOUNT2, unix.SYS_PIVOT_ROOT, unix.SYS_MOVE_MOUNT, unix.SYS_OPEN_TREE, unix.SYS_FSOPEN,
		unix.SYS_FSCONFIG, unix.SYS_FSMOUNT, unix.SYS_FSPICK, unix.SYS_MOUNT_SETATTR, unix.SYS_SETNS,
		unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_DELETE_MODULE, unix.SYS_KEXEC_LOAD, unix.SYS_KEXEC_FILE_LOAD,
		unix.SYS_REBOOT, unix.SYS_SWAPON, unix.SYS_SWAPOFF, unix.SYS_ACCT, unix.SYS_SYSLOG, unix.SYS_QUOTACTL,
		unix.SYS_QUOTACTL_FD, unix.SYS_SETTIMEOFDAY, unix.SYS_CLOCK_SETTIME, unix.SYS_CLOCK_ADJTIME,
	}
}

// absentCalls are calls that this kernel is said not to have, so that programs take the way they take on older ones: memory
// files, io_uring, and clone3, whose flags a filter cannot see.
func absentCalls() []uint32 {
	return []uint32{
		unix.SYS_MEMFD_CREATE, unix.SYS_MEMFD_SECRET, unix.SYS_CLONE3,
		unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER,
	}
}

// families are the sockets that can be made. A network namespace holds all of these, and none of the others.
func families() []uint32 {
	return []uint32{unix.AF_UNIX, unix.AF_INET, unix.AF_INET6, unix.AF_NETLINK}
}

// filterCalls puts the calling thread, which must be locked, and all that it starts behind the filter, for good.
func filterCalls() error { return enterFilter(callFilter()) }

// enterFilter puts the calling thread behind a program that judges its system calls.
func enterFilter(instructions []bpf.Instruction) error {
	program, err := bpf.Assemble(instructions)
	if err != nil {
		return fmt.Errorf("assemble the filter: %w", err)
	}
	raw := make([]unix.SockFilter, len(program))
	for i, in := range program {
		raw[i] = unix.SockFilter{Code: in.Op, Jt: in.Jt, Jf: in.Jf, K: in.K}
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("no new privileges: %w", err)
	}
	prog := unix.SockFprog{Len: uint16(len(raw)), Filter: &raw[0]}                                        //nolint:gosec // some hundred instructions
	err = unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&prog)), 0, 0) //nolint:gosec // the kernel reads it and keeps a copy
	runtime.KeepAlive(raw)
	if err != nil {
		return fmt.Errorf("enter the filter: %w", err)
	}
	return nil
}

// callFilter is the program: a call of another architecture is none that this kernel has, and neither is one of x32.
func callFilter() []bpf.Instruction {
	deny := func(errno unix.Errno) bpf.Instruction {
		return bpf.RetConstant{Val: unix.SECCOMP_RET_ERRNO | uint32(errno)} //nolint:gosec // a small number
	}
	allow := bpf.RetConstant{Val: unix.SECCOMP_RET_ALLOW}
	f := []bpf.Instruction{
		bpf.LoadAbsolute{Off: dataArch, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: nativeArch, SkipTrue: 1},
		deny(unix.ENOSYS),
		bpf.LoadAbsolute{Off: dataNumber, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpLessThan, Val: x32Bit, SkipTrue: 1},
		deny(unix.ENOSYS),
	}
	each := func(numbers []uint32, then bpf.Instruction) {
		for _, n := range numbers {
			f = append(f, bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: n, SkipTrue: 1}, then)
		}
	}
	each(refusedCalls(), deny(unix.EPERM))
	each(absentCalls(), deny(unix.ENOSYS))
	for _, number := range []uint32{unix.SYS_CLONE, unix.SYS_UNSHARE} {
		f = append(f,
			bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: number, SkipTrue: 4},
			bpf.LoadAbsolute{Off: dataArgument, Size: 4},
			bpf.JumpIf{Cond: bpf.JumpBitsNotSet, Val: newNamespaces, SkipTrue: 1},
			deny(unix.EPERM), allow,
		)
	}
	// Limits of another process, such as of the one that keeps watch: its user may set them.
	f = append(f,
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.SYS_PRLIMIT64, SkipTrue: 8},
		bpf.LoadAbsolute{Off: dataArgument, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: 0, SkipTrue: 5},
		bpf.LoadAbsolute{Off: dataArgument + 2*8, Size: 4}, // the new limit, a pointer of two halves
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: 0, SkipTrue: 2},
		bpf.LoadAbsolute{Off: dataArgument + 2*8 + 4, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: 0, SkipTrue: 1},
		deny(unix.EPERM), allow,
	)
	// The family of a socket is its first argument, an int.
	f = append(f,
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.SYS_SOCKET, SkipTrue: 2},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: unix.SYS_SOCKETPAIR, SkipTrue: 1}, allow,
		bpf.LoadAbsolute{Off: dataArgument, Size: 4},
	)
	each(families(), allow)
	return append(f, deny(unix.EAFNOSUPPORT))
}
