package patch

import (
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// Limits of a path: the whole, and one of its parts.
const (
	maxPath  = 1024
	maxPart  = 255
	maxDepth = 64
)

var (
	shortGit = pattern.Lazy(`(?i)^\.?git~[0-9]+$`)
	device   = pattern.Lazy(`(?i)^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?$`)
)

// badPath says why a path must not be written wherever it leads, or "". It looks at the text alone.
func badPath(name string) string {
	switch {
	case name == "":
		return "the path is empty"
	case len(name) > maxPath:
		return "the path is too long"
	case !utf8.ValidString(name):
		return "the path is not valid UTF-8"
	case strings.Contains(name, `\`):
		return "the path holds a backslash; use /"
	case strings.HasPrefix(name, "/"):
		return "the path is absolute; it must be relative to the repository"
	case strings.Contains(name, ":"):
		return "the path holds a colon"
	}
	for _, r := range name {
		if r < ' ' || r >= 0x7f && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError) {
			return fmt.Sprintf("the path holds the character %U", r)
		}
	}
	parts := strings.Split(name, "/")
	if len(parts) > maxDepth {
		return "the path has too many folders"
	}
	for _, part := range parts {
		if why := badPart(part); why != "" {
			return why
		}
	}
	return ""
}

func badPart(part string) string {
	switch {
	case part == "":
		return "the path has an empty part"
	case part == ".", part == "..":
		return fmt.Sprintf("the path has the part %q", part)
	case len(part) > maxPart:
		return "a part of the path is too long"
	case strings.TrimRight(part, ". ") != part:
		return fmt.Sprintf("the part %q ends in a dot or a blank", part)
	case strings.TrimLeft(part, " ") != part:
		return fmt.Sprintf("the part %q begins with a blank", part)
	case strings.EqualFold(part, ".git"), strings.Contains(part, "~") && shortGit.MatchString(part), !isASCII(part) && strings.EqualFold(norm.NFKC.String(part), ".git"):
		return "the path leads into git's own folder"
	case startsLikeDevice(part) && device.MatchString(part):
		return fmt.Sprintf("the part %q is the name of a device on Windows", part)
	}
	return ""
}

// startsLikeDevice says whether a part begins with the letters of a device: nearly all parts of paths need no expression.
func startsLikeDevice(part string) bool {
	if len(part) < 3 {
		return false
	}
	switch strings.ToLower(part[:3]) {
	case "con", "prn", "aux", "nul", "com", "lpt":
		return true
	}
	return false
}

// guarded is a tree that is asked for no path but good ones: whatever an answer names, nothing bad reaches the base.
type guarded struct {
	Tree
	good map[string]bool // what badPath thinks of the paths that were asked for
}

func (g guarded) isGood(name string) bool {
	good, known := g.good[name]
	if !known {
		good = badPath(name) == ""
		g.good[name] = good
	}
	return good
}

// Lookup implements Tree.
func (g guarded) Lookup(name string) (Entry, bool, error) {
	if !g.isGood(name) {
		return Entry{}, false, nil
	}
	return g.Tree.Lookup(name)
}

// Names implements Tree.
func (g guarded) Names(dir string) ([]string, error) {
	if dir != "" && badPath(dir) != "" {
		return nil, nil
	}
	return g.Tree.Names(dir)
}

// mentioned gives the paths of the files that the diffs in an answer change, at a glance and at most so many.
func mentioned(answer string, most int) []string {
	var out []string
	for len(out) < most {
		_, rest, found := strings.Cut(answer, "\n+++ ")
		if !found {
			break
		}
		name, _, _ := strings.Cut(rest, "\n")
		answer = rest[len(name):]
		name, _, _ = strings.Cut(strings.TrimSuffix(name, "\r"), "\t")
		if name = strings.TrimPrefix(name, "b/"); badPath(name) == "" {
			out = append(out, name)
		}
	}
	return out
}

// unsafePath looks up every part of a path in the base tree: what is on the way must be a folder, or nothing yet.
func unsafePath(base Tree, name string) (string, error) {
	if why := badPath(name); why != "" {
		return why, nil
	}
	for i := range len(name) + 1 {
		if i < len(name) && name[i] != '/' {
			continue
		}
		here := name[:i]
		entry, ok, err := base.Lookup(here)
		if err != nil {
			return "", fmt.Errorf("look up %s: %w", here, err)
		}
		if !ok {
			dir, part := path.Split(here)
			return collision(base, strings.TrimSuffix(dir, "/"), part)
		}
		if why := onTheWay(entry.Mode, here, i == len(name)); why != "" {
			return why, nil
		}
	}
	return "", nil
}

func onTheWay(mode uint32, here string, last bool) string {
	switch {
	case mode == ModeSymlink:
		return here + " is a symbolic link"
	case mode == ModeSubmodule:
		return here + " is a submodule"
	case mode == ModeOther:
		return here + " is neither a file nor a folder"
	case last && mode == ModeDir:
		return here + " is a folder"
	case !last && mode != ModeDir:
		return here + " is a file and not a folder"
	}
	return ""
}

// collision finds a name in a folder that file systems without case, or with composed characters, take for the same.
func collision(base Tree, dir, part string) (string, error) {
	names, err := base.Names(dir)
	if err != nil {
		return "", fmt.Errorf("list %s: %w", dir, err)
	}
	for _, name := range names {
		if foldPath(name) == foldPath(part) {
			return fmt.Sprintf("%s differs from the present %s only in case or composition", path.Join(dir, part), path.Join(dir, name)), nil
		}
	}
	return "", nil
}

func foldPath(s string) string { return strings.ToLower(norm.NFC.String(s)) }
