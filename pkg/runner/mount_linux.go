package runner

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// buildRoot makes a root file system of its own, in the way of bubblewrap: a tmpfs, what may be seen bound into it, and a
// pivot that leaves the host's files without a name.
func buildRoot(p plan) error {
	r := &rootBuilder{plan: p, root: p.Root}
	steps := []struct {
		wall Wall
		name string
		do   func() error
	}{
		{WallMount, "private mounts", r.begin},
		{WallMount, "skeleton", r.skeleton},
		{WallMount, "devices", r.devices},
		{WallPid, "proc", r.proc},
		{WallMount, "read-only folders", r.readOnly},
		{WallMount, "writable folders", r.writable},
		{WallOverlay, "checkout", r.checkout},
		{WallMount, "cache folders", r.persist},
		{WallMount, "frozen files", r.freeze},
		{WallMount, "build cache", r.goCache},
		{WallMount, "overlay of the go command", r.overlay},
		{WallMount, "compiled tests", r.built},
		{WallLandlock, "test guard", r.guard},
		{WallMount, "pivot", r.pivot},
	}
	for _, s := range steps {
		if err := s.do(); err != nil {
			return &wallError{s.wall, s.name, err}
		}
	}
	return nil
}

type rootBuilder struct {
	plan plan
	root string
}

func (r *rootBuilder) at(path string) string { return filepath.Join(r.root, path) }

func (r *rootBuilder) begin() error {
	if err := unix.Mount("none", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	// Inner user namespaces would hand capabilities to the code under test. Where this cannot be set they are still inner.
	_ = os.WriteFile("/proc/sys/user/max_user_namespaces", []byte("0"), 0)
	if err := unix.Sethostname([]byte("specgen")); err != nil {
		return err
	}
	if err := mountTmpfs(r.root, 0, "0755", 16*mebibyte); err != nil {
		return err
	}
	// Relative names keep the commas and colons of host paths out of mount options.
	return unix.Chdir(r.root)
}

func (r *rootBuilder) skeleton() error {
	for _, dir := range []string{"/proc", "/dev", "/etc", "/tmp", "/run", "/var", "/sys", "/" + ownFolder + "/bin", "/checkout", "/.old"} {
		if err := os.MkdirAll(r.at(dir), 0o755); err != nil { //nolint:gosec // a root that its own user can walk
			return err
		}
	}
	if err := mountTmpfs(r.at("/tmp"), 0, "1777", r.plan.Limits.Disk); err != nil {
		return err
	}
	if err := os.Mkdir(r.at("/tmp/home"), 0o700); err != nil {
		return err
	}
	if err := os.Symlink("../tmp", r.at("/var/tmp")); err != nil {
		return err
	}
	for name, text := range identity(r.plan.UID, r.plan.GID) {
		if err := os.WriteFile(r.at("/etc/"+name), []byte(text), 0o644); err != nil { //nolint:gosec // read by name services
			return err
		}
	}
	return nil
}

// identity is who there is inside: the user and nobody, whatever the host's accounts are.
func identity(uid, gid int) map[string]string {
	accounts, groups := "nobody:x:65534:65534:nobody:/tmp/home:/bin/false\n", "nogroup:x:65534:\n"
	if uid != 65534 {
		accounts = fmt.Sprintf("specgen:x:%d:%d:specgen:/tmp/home:/bin/sh\n", uid, gid) + accounts
	}
	if gid != 65534 {
		groups = fmt.Sprintf("specgen:x:%d:\n", gid) + groups
	}
	return map[string]string{
		"passwd": accounts, "group": groups,
		"hosts":         "127.0.0.1 localhost specgen\n::1 localhost\n",
		"nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
		"hostname":      "specgen\n",
	}
}

func (r *rootBuilder) devices() error {
	dev := r.at("/dev")
	if err := unix.Mount("tmpfs", dev, "tmpfs", unix.MS_NOSUID|unix.MS_NOEXEC, "mode=0755,size=64k,nr_inodes=64"); err != nil {
		return err
	}
	for _, name := range []string{"null", "zero", "full", "random", "urandom"} {
		if err := bindTo("/dev/"+name, filepath.Join(dev, name)); err != nil {
			return err
		}
	}
	for name, target := range map[string]string{"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"} {
		if err := os.Symlink(target, filepath.Join(dev, name)); err != nil {
			return err
		}
	}
	shm := filepath.Join(dev, "shm")
	if err := os.Mkdir(shm, 0o755); err != nil { //nolint:gosec // a mount point
		return err
	}
	return mountTmpfs(shm, unix.MS_NOEXEC, "1777", 64*mebibyte)
}

func (r *rootBuilder) proc() error {
	proc := r.at("/proc")
	if err := unix.Mount("proc", proc, "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, ""); err != nil {
		return err
	}
	// From Linux 6.14 on this bounds the tasks of one namespace, also root's, whom no limit binds. 300 numbers are kept back.
	most := strconv.Itoa(r.plan.Limits.Processes + 300)
	_ = os.WriteFile(filepath.Join(proc, "sys/kernel/pid_max"), []byte(most), 0)
	// Segments of shared memory that nobody holds would be counted to nobody. Kernels that do not let this be set have few users.
	_ = os.WriteFile(filepath.Join(proc, "sys/kernel/shm_rmid_forced"), []byte("1"), 0)
	// What the kernel tells of itself, its timers and its keys is nobody's business here.
	for _, name := range []string{"kcore", "keys", "key-users", "timer_list", "sched_debug", "vmallocinfo", "slabinfo", "kpagecgroup", "kpagecount", "kpageflags", "latency_stats", "timer_stats"} {
		path := filepath.Join(proc, name)
		if _, err := os.Lstat(path); err != nil {
			continue
		}
		if err := unix.Mount(r.at("/dev/null"), path, "", unix.MS_BIND, ""); err != nil {
			return err
		}
	}
	// The kernel lets the owner of these files write them, and asks for no capability: for root that is the host's.
	for _, name := range []string{"sys", "sysrq-trigger", "irq", "bus", "fs", "acpi", "scsi", "driver", "mtrr", "pressure"} {
		path := filepath.Join(proc, name)
		if _, err := os.Lstat(path); err != nil {
			continue
		}
		if err := bindReadOnly(path, path); err != nil {
			return err
		}
	}
	return nil
}

func (r *rootBuilder) readOnly() error {
	for _, path := range r.plan.ReadOnly {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			if err := r.copyLink(path); err != nil {
				return err
			}
			continue
		}
		if err := bindReadOnly(path, r.at(path)); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	if !r.plan.Guard {
		return nil
	}
	return bindReadOnly(r.plan.Self, r.at(r.plan.Inside.Guard))
}

// built binds the folder with compiled tests.
func (r *rootBuilder) built() error {
	switch {
	case r.plan.Built == "":
		return nil
	case r.plan.Builds:
		return bindTo(r.plan.Built, r.at(r.plan.Inside.Built))
	}
	return bindReadOnly(r.plan.Built, r.at(r.plan.Inside.Built))
}

func (r *rootBuilder) overlay() error { return writeOverlay(r.at(r.plan.Inside.Overlay), r.plan) }

// guard writes what compiled tests may open, once everything that they could is in place, and makes the folder that they are
// built in.
func (r *rootBuilder) guard() error {
	if !r.plan.Guard {
		return nil
	}
	work := r.at(r.plan.Inside.Work)
	if err := os.Mkdir(work, 0o700); err != nil {
		return err
	}
	if err := mountTmpfs(work, 0, "0700", r.plan.Limits.Disk); err != nil {
		return err
	}
	data, err := json.Marshal(guardGrants(r.plan, r.root))
	if err != nil {
		return err
	}
	return os.WriteFile(r.at(r.plan.Inside.Guard+".json"), data, 0o400)
}

func (r *rootBuilder) copyLink(path string) error {
	target, err := os.Readlink(path)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(r.at(path)), 0o755); err != nil { //nolint:gosec // a root that its own user can walk
		return err
	}
	err = os.Symlink(target, r.at(path))
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

func (r *rootBuilder) writable() error {
	for _, path := range r.plan.Writable {
		if err := bindTo(path, r.at(path)); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

// checkout puts a throw-away layer over the checkout, or binds it where overlays are not to be had.
func (r *rootBuilder) checkout() error {
	target := strings.TrimPrefix(r.plan.Inside.Checkout, "/")
	if !r.plan.Walls[WallOverlay] {
		return bindTo(r.plan.Checkout, target)
	}
	if err := mountScratch(".upper", r.plan.Limits.Disk); err != nil {
		return err
	}
	if err := bindTo(r.plan.Checkout, ".lower"); err != nil {
		return err
	}
	if err := mountOverlay(".lower", ".upper", target); err != nil {
		return err
	}
	return errors.Join(hide(".upper"), hide(".lower"))
}

func (r *rootBuilder) persist() error {
	for _, b := range r.plan.Persist {
		if err := bindTo(b.Source, filepath.Join(r.root, r.plan.Inside.Checkout, b.Target)); err != nil {
			return fmt.Errorf("%s: %w", b.Target, err)
		}
	}
	return nil
}

// freeze lays frozen files over themselves, read-only. The folders that they stand in become mounts of their own, which cannot
// be renamed to put others in their place.
func (r *rootBuilder) freeze() error {
	checkout := filepath.Join(r.root, r.plan.Inside.Checkout)
	folders := map[string]bool{}
	for _, p := range r.plan.Frozen {
		for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
			folders[dir] = true
		}
	}
	for _, dir := range sortedKeys(folders) { // the outer ones first
		at := filepath.Join(checkout, dir)
		if err := bindTo(at, at); err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
	}
	for _, p := range r.plan.Frozen {
		at := filepath.Join(checkout, p)
		if err := bindReadOnly(at, at); err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
	}
	return nil
}

// goCache shows the host's build cache with this repository's own layer above it. What is not the go command alone writes
// to one more layer that is thrown away: go cannot do without a cache to write to, and must not believe what others wrote.
// Where layers cannot be mounted the repository's own cache stands alone, or an empty one: slower, and no less safe.
func (r *rootBuilder) goCache() error {
	c, target := r.plan.GoCache, strings.TrimPrefix(r.plan.Inside.GoCache, "/")
	if c.Upper == "" {
		return nil
	}
	if err := os.MkdirAll(target, 0o755); err != nil { //nolint:gosec // a mount point
		return err
	}
	if r.plan.Walls[WallOverlay] && r.layerGoCache(c, target) == nil {
		return nil
	}
	if c.Writable {
		return bindTo(filepath.Join(c.Upper, "plain"), target)
	}
	return mountTmpfs(target, 0, "0755", r.plan.Limits.Disk)
}

func (r *rootBuilder) layerGoCache(c goCache, target string) error {
	lower, names := "", []string{".cacheupper"}
	if err := bindTo(c.Upper, ".cacheupper"); err != nil {
		return err
	}
	if c.Lower != "" {
		lower, names = ".cachelower", append(names, ".cachelower")
		if err := bindTo(c.Lower, ".cachelower"); err != nil {
			return err
		}
	}
	upper := ".cacheupper"
	if !c.Writable {
		upper, names = ".cachescratch", append(names, ".cachescratch")
		if err := mountScratch(upper, r.plan.Limits.Disk); err != nil {
			return err
		}
		lower = strings.Trim(".cacheupper/u:"+lower, ":")
	}
	if lower == "" {
		lower = ".cacheupper/plain" // empty: an overlay wants something below
	}
	err := mountOverlay(lower, upper, target)
	for _, name := range names {
		err = errors.Join(err, hide(name))
	}
	return err
}

func (r *rootBuilder) pivot() error {
	if err := unix.PivotRoot(".", ".old"); err != nil {
		return err
	}
	if err := unix.Chdir("/"); err != nil {
		return err
	}
	if err := hide("/.old"); err != nil {
		return err
	}
	return unix.MountSetattr(unix.AT_FDCWD, "/", 0, &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY})
}

// bytesPerFile bounds the files of a tmpfs by its size: empty ones cost memory that no size counts.
const bytesPerFile = 4096

func mountTmpfs(target string, flags uintptr, mode string, size int64) error {
	options := fmt.Sprintf("mode=%s,size=%d,nr_inodes=%d", mode, size, max(size/bytesPerFile, 1024))
	return unix.Mount("tmpfs", target, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV|flags, options)
}

func mountScratch(name string, size int64) error {
	if err := os.Mkdir(name, 0o755); err != nil { //nolint:gosec // a mount point
		return err
	}
	return mountTmpfs(name, 0, "0755", size)
}

// mountOverlay mounts lower under upper/u at target. Names are relative to the new root and free of separators.
func mountOverlay(lower, upper, target string) error {
	for _, dir := range []string{upper + "/u", upper + "/w"} {
		if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // becomes the checkout's own folder
			return err
		}
	}
	options := "userxattr,lowerdir=" + lower + ",upperdir=" + upper + "/u,workdir=" + upper + "/w"
	return unix.Mount("overlay", target, "overlay", unix.MS_NOSUID|unix.MS_NODEV, options)
}

// hide takes a mount's name away; what was built on it keeps it.
func hide(name string) error {
	if err := unix.Unmount(name, unix.MNT_DETACH); err != nil {
		return err
	}
	return os.Remove(name)
}

func bindTo(source, target string) error {
	info, err := os.Stat(source)
	if err != nil {
		return err
	}
	if err := mountPoint(target, info.IsDir()); err != nil {
		return err
	}
	return unix.Mount(source, target, "", unix.MS_BIND|unix.MS_REC, "")
}

func mountPoint(path string, dir bool) error {
	if dir {
		return os.MkdirAll(path, 0o755) //nolint:gosec // a mount point
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // a mount point's parent
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	return os.WriteFile(path, nil, 0o644) //nolint:gosec // a mount point
}

func bindReadOnly(source, target string) error {
	if err := bindTo(source, target); err != nil {
		return err
	}
	return setReadOnly(target)
}

// setReadOnly covers what is mounted below as well, which a remount would not. Linux 5.12.
func setReadOnly(target string) error {
	attr := &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV}
	return unix.MountSetattr(unix.AT_FDCWD, target, unix.AT_RECURSIVE, attr)
}
