package runner

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// embedded says which source has a frozen test in its own program by go:embed: the copy that the go command reads, with its seals
// and its canary. "" if none has, as in all projects that only embed what they want.
func (b *Bench) embedded(frozen string) string {
	for dir := path.Dir(frozen); ; dir = path.Dir(dir) {
		entries, _ := os.ReadDir(filepath.Join(b.checkout(), filepath.FromSlash(dir))) // what cannot be listed is not built
		for _, e := range entries {
			name := path.Join(dir, e.Name())
			if !strings.HasSuffix(name, ".go") || slices.Contains(b.frozen, name) {
				continue
			}
			data, err := readIn(b.checkout(), name)
			if err == nil && embeds(string(data), strings.TrimPrefix(strings.TrimPrefix(frozen, dir), "/")) {
				return name + " embeds " + frozen + ", with what it must not know: let go:embed name what it needs"
			}
		}
		if dir == "." || dir == "/" {
			return ""
		}
	}
}

var (
	embedLine    = pattern.Lazy(`(?m)^[ \t]*//go:embed[ \t]+(.*)$`)
	embedPattern = pattern.Lazy("\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|\\S+")
)

// embeds says whether a source embeds a file, which is named as seen from its folder, or a folder on the way to it.
func embeds(source, file string) bool {
	if !strings.Contains(source, "//go:embed") {
		return false
	}
	parts := strings.Split(file, "/")
	for _, line := range embedLine.FindAllStringSubmatch(source, -1) {
		for _, p := range embedPattern.FindAllString(line[1], -1) {
			if plain, err := strconv.Unquote(p); err == nil {
				p = plain
			}
			p = strings.TrimPrefix(p, "all:")
			for i := range parts {
				if ok, _ := path.Match(p, strings.Join(parts[:i+1], "/")); ok || p == "." {
					return true
				}
			}
		}
	}
	return false
}
