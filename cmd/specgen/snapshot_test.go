package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// snapshot is everything about a repository that a run must leave alone, as one line per thing.
type snapshot map[string]string

// cmdSnapshot remembers the repository of the current folder: snapshot NAME
//
// That is every file of the working tree by bytes, mode and time, the index, and all refs but specgen's own.
func cmdSnapshot(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: snapshot NAME")
	}
	of(ts).snapshots[args[0]] = look(ts)
}

// cmdUnchanged compares with a snapshot: unchanged [-all] NAME. With -all nothing below the git folder may have changed either,
// and nothing may have come there: that is what a command leaves that refused to begin.
func cmdUnchanged(ts *testscript.TestScript, neg bool, args []string) {
	all := len(args) == 2 && args[0] == "-all"
	if neg || len(args) == 0 || (len(args) == 2 && !all) {
		ts.Fatalf("usage: unchanged [-all] NAME")
	}
	before, ok := of(ts).snapshots[args[len(args)-1]]
	if !ok {
		ts.Fatalf("there is no snapshot %s", args[len(args)-1])
	}
	if trouble := before.compare(look(ts), all); trouble != "" {
		ts.Fatalf("not as before:\n%s", trouble)
	}
}

// gitPrefix marks the things that only -all compares.
const gitPrefix = "git folder: "

func (s snapshot) compare(now snapshot, all bool) string {
	names := maps.Clone(s)
	maps.Copy(names, now)
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if s[name] != now[name] && (all || !strings.HasPrefix(name, gitPrefix)) {
			fmt.Fprintf(&out, "%s\n  was %s\n  is  %s\n", name, s[name], now[name])
		}
	}
	return out.String()
}

func look(ts *testscript.TestScript) snapshot {
	s := snapshot{}
	gitDir, index := ask(ts, "rev-parse", "--path-format=absolute", "--git-common-dir"), ask(ts, "rev-parse", "--path-format=absolute", "--git-path", "index")
	s["index"] = describe(ts, index)
	s["HEAD"] = ask(ts, "rev-parse", "--symbolic-full-name", "HEAD") + " " + ask(ts, "rev-parse", "HEAD")
	for line := range strings.SplitSeq(ask(ts, "for-each-ref", "--format=%(refname) %(objectname)"), "\n") {
		name, id, _ := strings.Cut(line, " ")
		if !strings.HasPrefix(name, "refs/heads/specgen/") && !strings.HasPrefix(name, "refs/specgen/") {
			s["ref "+name] = id
		}
	}
	if ask(ts, "rev-parse", "--is-bare-repository") == "false" {
		s.walk(ts, ask(ts, "rev-parse", "--show-toplevel"), "", ".git")
	}
	s.walk(ts, gitDir, gitPrefix, "")
	return s
}

// walk describes all files below root; skip is the name of a folder or file to leave out.
func (s snapshot) walk(ts *testscript.TestScript, root, prefix, skip string) {
	ts.Check(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.Name() == skip {
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		name, err := filepath.Rel(root, path)
		if err != nil || (d.IsDir() && prefix != "") {
			return err
		}
		s[prefix+filepath.ToSlash(name)] = describe(ts, path)
		return nil
	}))
}

func describe(ts *testscript.TestScript, path string) string {
	info, err := os.Lstat(path)
	if err != nil {
		return "absent"
	}
	text := fmt.Sprintf("%s %s", info.Mode(), info.ModTime().UTC().Format("2006-01-02T15:04:05.000000000"))
	switch {
	case info.Mode().IsRegular():
		data, err := os.ReadFile(path)
		ts.Check(err)
		return text + fmt.Sprintf(" %d bytes %x", len(data), sha256.Sum256(data))
	case info.Mode()&fs.ModeSymlink != 0:
		target, err := os.Readlink(path)
		ts.Check(err)
		return text + " -> " + target
	}
	return text
}

// ask gives the output of git, which may fail: there may be no HEAD.
func ask(ts *testscript.TestScript, args ...string) string {
	b := of(ts)
	cmd := exec.CommandContext(b.tb.Context(), "git", args...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), append(slices.Clone(b.vars), "GIT_OPTIONAL_LOCKS=0")
	out, _ := cmd.Output()
	return strings.TrimSpace(string(out))
}
