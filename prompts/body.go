package prompts

import (
	"strings"

	"github.com/specgen-dev/specgen/pkg/spec"
)

// Body is the spec as people wrote it, without what is about evidence and not about behavior: the front matter, and the
// tests, checks and waivers of clauses, which tempt a model to write tests.
func Body(sp *spec.Spec) string {
	silent := map[int]bool{}
	for _, c := range sp.Clauses() {
		for _, a := range c.Attachments {
			if a.Kind != spec.AttachForbid && a.Kind != spec.AttachRequire {
				silent[a.Pos.Line] = true
			}
		}
	}
	source, text := string(sp.Bytes()), sp.Body()
	lines := strings.Split(strings.ReplaceAll(source, "\r\n", "\n"), "\n")
	var kept []string
	for i := strings.Count(source, "\n") - strings.Count(text, "\n"); i < len(lines); i++ {
		if !silent[i+1] {
			kept = append(kept, lines[i])
		}
	}
	return strings.TrimSpace(strings.Join(kept, "\n"))
}
