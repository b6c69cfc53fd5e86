package spec

import "strings"

// CodeBlock is a fenced block of a spec.
type CodeBlock struct {
	Language string   `json:"language,omitempty"` // first word behind the fence
	Text     string   `json:"text"`               // without the fences and their indentation; ends in a line end unless empty
	Pos      Position `json:"pos"`                // of the opening fence
	first    int      // line index of the first line of Text
}

// Interface gives the fenced declarations of the Interface sections: the public surface that must exist.
func (s *Spec) Interface() []CodeBlock { return append([]CodeBlock(nil), s.surface...) }

// fences gives the code blocks in a block, which may be an item that holds some.
func (s *scanner) fences(x block) []CodeBlock {
	var out []CodeBlock
	if x.kind != blockFence && x.kind != blockItem {
		return nil
	}
	for i := x.first; i <= x.last; i++ {
		switch {
		case s.blank(i):
		case s.opensFence(i, 0) && (x.kind == blockFence || i > x.first):
			end := s.fenceEnd(i)
			out = append(out, s.code(i, end))
			i = end
		case i > x.first && s.opensComment(i):
			i = s.commentEnd(i)
		}
	}
	return out
}

// code reads the fence from its opening to its closing line.
func (s *scanner) code(from, to int) CodeBlock {
	cols, at := s.indent(from)
	info := strings.Fields(strings.TrimLeft(s.rest(at, from), "`~"))
	block := CodeBlock{Pos: s.pos(at), first: from + 1}
	if len(info) > 0 {
		block.Language = strings.Trim(info[0], "{}.")
	}
	var text strings.Builder
	for i := from + 1; i < to; i++ {
		text.WriteString(s.dedent(i, cols))
		text.WriteByte('\n')
	}
	block.Text = text.String()
	return block
}

// dedent is line i without up to cols columns of its indentation.
func (s *source) dedent(i, cols int) string {
	text := s.str(i)
	for n := 0; n < cols && text != "" && (text[0] == ' ' || text[0] == '\t'); {
		if text[0] == '\t' {
			n += tabStop - 1
		}
		n++
		text = text[1:]
	}
	return text
}
