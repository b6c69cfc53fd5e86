package evaluate

import (
	"slices"
	"strings"

	"github.com/specgen-dev/specgen/prompts"
)

// meantBy is an opinion in the terms of the code, for whoever runs it and for people: real names and paths, and lines as they are where
// they were shown in another way.
func (v *view) meantBy(o opinion) opinion {
	o.Call, o.Expected = v.back(o.Call), v.back(o.Expected)
	o.Input, o.Expectation = prose(o.Input, v.meant), prose(o.Expectation, v.meant)
	o.Citations = slices.Clone(o.Citations)
	for i, c := range o.Citations {
		s := v.source[c.File]
		if s == nil || c.Line < 1 || c.EndLine > len(s.lines) || c.Line > c.EndLine {
			continue
		}
		if !slices.Equal(v.lines[c.File][c.Line-1:c.EndLine], s.lines[c.Line-1:c.EndLine]) {
			var lines []string
			for n := c.Line; n <= c.EndLine; n++ {
				lines = append(lines, s.original(n))
			}
			o.Citations[i].Quote = strings.TrimSpace(strings.Join(lines, "\n"))
		}
		o.Citations[i].File = s.Path
	}
	return o
}

// fact is what running an objection has shown, in the terms of the judge.
func (v *view) fact(t trial) *prompts.Fact {
	return &prompts.Fact{Call: v.renamed(t.call.text), Gives: v.renamed(t.want.String())}
}

// told is what is wrong with an answer, in the terms of the judge.
func (v *view) told(err error) string {
	text := err.Error()
	for _, f := range v.files {
		if dir := folder(v.source[f.Path].Path); dir != folder(f.Path) {
			text = strings.ReplaceAll(text, dir, folder(f.Path))
		}
	}
	return prose(text, v.shown)
}

func folder(name string) string { return name[:max(strings.LastIndexByte(name, '/'), 0)] }
