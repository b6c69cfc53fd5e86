package repo

import (
	"slices"
	"strings"
)

// scope is what part of a tree a caller asks for: the files that match and stand under one of the given paths.
type scope struct {
	match func(path string) bool
	under []string // files or folders; none: everywhere
}

func newScope(match func(path string) bool, under []string) scope {
	if slices.Contains(under, "") {
		under = nil
	}
	return scope{match: match, under: under}
}

// has tells whether the file at path is asked for.
func (s scope) has(path string) bool {
	if len(s.under) > 0 && !slices.ContainsFunc(s.under, func(u string) bool { return within(path, u) }) {
		return false
	}
	return s.match == nil || s.match(path)
}

// enters tells whether anything in the folder dir can be asked for.
func (s scope) enters(dir string) bool {
	return len(s.under) == 0 || slices.ContainsFunc(s.under, func(u string) bool { return within(dir, u) || within(u, dir) })
}

// within tells whether path is dir or below it.
func within(path, dir string) bool {
	return path == dir || strings.HasPrefix(path, dir) && path[len(dir)] == '/'
}

// Under gives the paths below which everything that the globs match must stand: what List, Files, WorkingFiles and Dirty take
// to skip the rest of a large repository. A glob that can match anywhere gives "".
func Under(globs ...string) []string {
	var under []string
	for _, glob := range globs {
		under = append(under, literal(glob))
	}
	slices.Sort(under)
	return slices.Compact(under)
}

func literal(glob string) string {
	special := strings.IndexAny(glob, `*?[{\`)
	if special < 0 {
		return strings.TrimSuffix(glob, "/")
	}
	return glob[:max(strings.LastIndexByte(glob[:special], '/'), 0)]
}

func join(dir, name string) string {
	if dir == "" {
		return name
	}
	return dir + "/" + name
}
