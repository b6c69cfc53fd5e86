package runner

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// readable lists what a command may read besides the checkout, outermost first and without what lies in another.
func (b *Bench) readable(t toolchain, network bool) []string {
	hidden := b.hidden()
	system := slices.DeleteFunc(systemFolders(), func(p string) bool { return slices.Contains(hidden, p) })
	paths := slices.Concat(system, t.shown)
	if t.golang.Root != "" {
		paths = append(paths, t.golang.Root)
		if !network {
			paths = append(paths, t.golang.ModCache)
		}
	}
	if network {
		paths = append(paths, networkFiles()...)
		for _, name := range authorities() {
			if file := lookupEnv(b.o.Env, name); isFile(file) {
				paths = append(paths, file)
			}
		}
	}
	var known []string
	for _, p := range paths {
		if !filepath.IsAbs(p) {
			continue
		}
		known = append(known, filepath.Clean(p))
		if target, err := filepath.EvalSymlinks(p); err == nil {
			known = append(known, target)
		}
	}
	known = withoutHidden(known, hidden)
	slices.Sort(known)
	return outermost(known)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// hidden lists what no command may read although it lies in a folder that is shown: the repository, the user's home.
func (b *Bench) hidden() []string {
	var all []string
	for _, p := range append(slices.Clone(b.o.Hidden), lookupEnv(b.o.Env, "HOME"), b.o.Dir) {
		if target, err := filepath.EvalSymlinks(p); err == nil && filepath.IsAbs(target) {
			all = append(all, target)
		}
	}
	return all
}

// withoutHidden shows, instead of a folder with something hidden in it, what else is in it. A folder that is named itself, such
// as a toolchain in a home, stays.
func withoutHidden(paths, hidden []string) []string {
	var shown []string
	for _, p := range paths {
		if !slices.ContainsFunc(hidden, func(h string) bool { return strings.HasPrefix(h, p+"/") }) {
			shown = append(shown, p)
			continue
		}
		entries, _ := os.ReadDir(p) // what cannot be listed is not shown
		var inner []string
		for _, e := range entries {
			if name := filepath.Join(p, e.Name()); !slices.Contains(hidden, name) {
				inner = append(inner, name)
			}
		}
		shown = append(shown, withoutHidden(inner, hidden)...)
	}
	return shown
}

// outermost leaves out what is not there and what lies in a folder that is listed as well. A link shows nothing but where
// it leads.
func outermost(sorted []string) []string {
	var kept, folders []string
	for _, p := range sorted {
		covered := slices.ContainsFunc(folders, func(f string) bool { return p == f || strings.HasPrefix(p, f+"/") })
		info, err := os.Lstat(p)
		if covered || err != nil || slices.Contains(kept, p) {
			continue
		}
		kept = append(kept, p)
		if info.IsDir() {
			folders = append(folders, p)
		}
	}
	return kept
}
