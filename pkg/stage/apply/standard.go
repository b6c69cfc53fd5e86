package apply

import (
	_ "embed"
	"path"
	"slices"
	"strings"
)

// standardLibrary lists the packages of Go's standard library, each with the names that it declares: one a line, made from
// the sources of the Go release that the first line names. The test with -update writes it.
//
//go:embed standard.txt
var standardLibrary string

// standardNames finds the line of a package: its path and the names.
func standardNames(importPath string) (names string, ok bool) {
	_, rest, found := strings.Cut(standardLibrary, "\n"+importPath+" ")
	if !found {
		return "", false
	}
	names, _, _ = strings.Cut(rest, "\n")
	return names, true
}

func isStandard(importPath string) bool {
	_, ok := standardNames(importPath)
	return ok
}

// standardName is the name of a package of the standard library: the last part of its path that is no version.
func standardName(importPath string) string {
	base := path.Base(importPath)
	if len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
		return path.Base(path.Dir(importPath))
	}
	return base
}

func standardOffers(importPath string, used []string) bool {
	names, ok := standardNames(importPath)
	if !ok {
		return false
	}
	have := strings.Fields(names)
	return !slices.ContainsFunc(used, func(n string) bool { return !slices.Contains(have, n) })
}

// standardNamed gives the packages of a name that declare all that is used. Of the three packages for random numbers the
// one that is safe for secrets comes first where it will do, then the old one, which every release of Go has; other
// packages of equal names do too different things to choose for anyone.
func standardNamed(name string, used []string) []string {
	var out []string
	for line := range strings.SplitSeq(standardLibrary, "\n") {
		importPath, _, _ := strings.Cut(line, " ")
		if standardName(importPath) == name && standardOffers(importPath, used) {
			out = append(out, importPath)
		}
	}
	if name == "rand" && len(out) > 1 {
		return out[:1]
	}
	return out
}
