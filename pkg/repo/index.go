package repo

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// More paths than this do not go on a command line.
const manyPathspecs = 500

// indexView is the part of the user's index, and of what it does not track, that a scope asks for.
type indexView struct {
	tracked    map[string]indexEntry
	untracked  []string
	attributes []indexEntry // .gitattributes that speak of the scope; a sparse checkout may have them here only
}

type indexEntry struct {
	path     string
	mode     uint32
	blob     string
	skipped  bool // left out by a sparse checkout
	assumed  bool // git was told to take it as unchanged, and so would not look
	unmerged bool
}

// readIndex asks git for tracked and untracked files at once.
func (r *Repo) readIndex(ctx context.Context, s scope) (indexView, error) {
	args := []string{"-c", "core.fsmonitor=false", "ls-files", "-z", "-v", "--stage", "--cached", "--others", "--exclude-standard", "--"}
	out, err := r.git(ctx, command{args: append(args, listSpecs(s.under)...)})
	if err != nil {
		return indexView{}, err
	}
	view := indexView{tracked: map[string]indexEntry{}}
	for _, line := range fields(out) {
		if name, ok := strings.CutPrefix(line, "? "); ok {
			if !strings.HasSuffix(name, "/") && s.has(name) { // a folder is a repository of its own
				view.untracked = append(view.untracked, name)
			}
			continue
		}
		e, err := parseIndexLine(line)
		if err != nil {
			return view, err
		}
		view.add(e, s)
	}
	return view, nil
}

func (v *indexView) add(e indexEntry, s scope) {
	if path.Base(e.path) == ".gitattributes" && !e.unmerged {
		v.attributes = append(v.attributes, e)
	}
	if e.mode != patch.ModeSubmodule && s.has(e.path) {
		v.tracked[e.path] = e // of an unmerged file's three entries any will do: the content is read from disk
	}
}

// listSpecs limits a listing to the scope and to the attributes that govern it.
func listSpecs(under []string) []string {
	if len(under) == 0 || len(under) > manyPathspecs {
		return nil
	}
	specs := slices.Clone(under)
	for _, u := range under {
		for dir := path.Dir(u); ; dir = path.Dir(dir) {
			specs = append(specs, path.Join(dir, ".gitattributes"))
			if dir == "." || dir == "/" {
				break
			}
		}
	}
	slices.Sort(specs)
	return slices.Compact(specs)
}

// pathspecs limits a command to the tracked files of the view, or to the scope where they are many.
func (v *indexView) pathspecs(s scope) []string {
	if len(v.tracked) > manyPathspecs {
		return listSpecs(s.under)
	}
	var specs []string
	for name := range v.tracked {
		specs = append(specs, name)
	}
	slices.Sort(specs)
	return specs
}

// parseIndexLine reads `TAG MODE BLOB STAGE<tab>PATH`. The tag is in lower case where git is to assume no change.
func parseIndexLine(line string) (indexEntry, error) {
	head, name, ok := strings.Cut(line, "\t")
	parts := strings.Fields(head)
	if !ok || len(parts) != 4 {
		return indexEntry{}, fmt.Errorf("git ls-files: cannot read %q", line)
	}
	mode, err := strconv.ParseUint(parts[1], 8, 32)
	if err != nil {
		return indexEntry{}, fmt.Errorf("git ls-files: %w", err)
	}
	tag := parts[0]
	return indexEntry{
		path: name, mode: uint32(mode), blob: parts[2],
		skipped:  strings.EqualFold(tag, "S"),
		assumed:  tag == strings.ToLower(tag),
		unmerged: parts[3] != "0",
	}, nil
}

// convert finds out how git would store files of the working tree, by adding them to an index of their own: git's rules for
// filters, line ends, modes and links then hold without a line of them here. Index and objects lie outside the repository.
func (r *Repo) convert(ctx context.Context, view indexView, paths []string, found map[string]workingFile) error {
	if len(paths) == 0 {
		return nil
	}
	dir, err := os.MkdirTemp("", "specgen-index-")
	if err != nil {
		return errTemporary(err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a leftover in the temporary folder hurts nobody
	// Without this option git gives objects that are there already a new date, even where it writes new ones elsewhere.
	named := r.privateGit("GIT_INDEX_FILE=" + filepath.Join(dir, "names"))
	if err := r.addPrivately(ctx, named, view, paths, found, "--info-only"); err != nil {
		return err
	}
	filtered := r.holdPlain(paths, found)
	if len(filtered) == 0 {
		return nil
	}
	outside, err := r.outsideStore(dir)
	if err != nil {
		return errTemporary(err)
	}
	stored := r.privateGit(outside, "GIT_INDEX_FILE="+filepath.Join(dir, "contents"))
	if err := r.addPrivately(ctx, stored, view, filtered, found); err != nil {
		return err
	}
	return r.holdNew(ctx, outside, filtered, found)
}

// privateGit gives a git with settings that keep it from the user's index and objects, and with no program beside it.
func (r *Repo) privateGit(env ...string) gitFunc {
	settings := []string{
		"-c", "core.fsmonitor=false", "-c", "core.splitIndex=false", "-c", "core.untrackedCache=false",
		"-c", "core.safecrlf=false", // a warning is no reason to fail
	}
	return func(ctx context.Context, stdin []byte, args ...string) ([]byte, error) {
		return r.git(ctx, command{args: slices.Concat(settings, args), stdin: stdin, env: env})
	}
}

type gitFunc func(ctx context.Context, stdin []byte, args ...string) ([]byte, error)

// addPrivately adds the files at paths to a new index and notes in found what that makes of them. The index starts with the
// user's entries for them, since line-end conversion asks what was there before.
func (r *Repo) addPrivately(
	ctx context.Context, git gitFunc, view indexView, paths []string, found map[string]workingFile, options ...string,
) error {
	if seed := view.seed(paths); len(seed) > 0 {
		if _, err := git(ctx, seed, "update-index", "-z", "--index-info"); err != nil {
			return err
		}
	}
	args := slices.Concat([]string{"update-index"}, options, []string{"--add", "--remove", "-z", "--stdin"})
	if _, err := git(ctx, []byte(strings.Join(paths, "\x00")+"\x00"), args...); err != nil {
		return unreadable(err)
	}
	out, err := git(ctx, nil, "ls-files", "-z", "-v", "--stage")
	if err != nil {
		return err
	}
	return r.collect(fields(out), paths, view, found)
}

func errTemporary(err error) error {
	return &Error{
		Kind: KindUnreadable, Message: fmt.Sprintf("cannot write to a temporary folder: %v", err), Err: err,
		Hint: "check that the folder for temporary files is writable and has space; TMPDIR names another",
	}
}

func unreadable(err error) error {
	return &Error{
		Kind: KindUnreadable, Message: "git cannot read the working tree: " + err.Error(), Err: err,
		Hint: "git status shows the same trouble; a clean filter may be missing, or a file may not be readable",
	}
}

// seed are the user's entries for paths, and the attributes, in the format of update-index --index-info.
func (v *indexView) seed(paths []string) []byte {
	entries := slices.Clone(v.attributes)
	for _, name := range paths {
		if e, ok := v.tracked[name]; ok {
			entries = append(entries, e)
		}
	}
	var out []byte
	for _, e := range entries {
		out = fmt.Appendf(out, "%06o %s 0\t%s\x00", e.mode, e.blob, e.path)
	}
	return out
}

// collect takes over what the private index says of paths. Where a file's raw bytes are those of the user's index it is as it
// was, whatever git would make of it now.
func (r *Repo) collect(lines, paths []string, view indexView, found map[string]workingFile) error {
	for _, line := range lines {
		e, err := parseIndexLine(line)
		if err != nil {
			return err
		}
		if _, asked := slices.BinarySearch(paths, e.path); !asked {
			continue
		}
		was, tracked := view.tracked[e.path]
		if tracked && !was.unmerged && was.blob != e.blob && r.rawID(e.path) == was.blob {
			e.blob = was.blob
		}
		found[e.path] = workingFile{mode: e.mode, blob: e.blob, read: true}
	}
	return nil
}
