package mutate

import (
	"go/ast"
	"strconv"
	"strings"
)

// choice makes a function look which of its copies was chosen, and gives a name to what it has to hand on.
func (c *combiner) choice(f *ast.FuncDecl) []edit {
	var edits []edit
	call := ""
	if f.Recv != nil && len(f.Recv.List) > 0 {
		call = c.named(f.Recv.List[0], &edits, "zzS")[0] + "."
	}
	var args []string
	for i, field := range f.Type.Params.List {
		args = append(args, c.named(field, &edits, "zzP"+strconv.Itoa(i)+"x")...)
		if _, variadic := field.Type.(*ast.Ellipsis); variadic {
			args[len(args)-1] += "..."
		}
	}
	with := instance(f) + "(" + strings.Join(args, ", ") + ")"
	var b strings.Builder
	b.WriteString(" if " + c.name + ` != "" { switch ` + c.name + " {")
	for _, v := range c.mutants[f] {
		b.WriteString(" case " + strconv.Quote(v.id) + ": ")
		if f.Type.Results != nil && len(f.Type.Results.List) > 0 {
			b.WriteString("return " + call + cloneName(v.id, f) + with + ";")
		} else {
			b.WriteString(call + cloneName(v.id, f) + with + "; return;")
		}
	}
	b.WriteString(" } };")
	at := c.at(f.Body.Lbrace) + 1
	return append(edits, edit{from: at, to: at, text: b.String()})
}

// named gives the names of a field, and names what has none.
func (c *combiner) named(field *ast.Field, edits *[]edit, name string) []string {
	if len(field.Names) == 0 {
		at := c.at(field.Type.Pos())
		*edits = append(*edits, edit{from: at, to: at, text: name + " "})
		return []string{name}
	}
	var out []string
	for i, n := range field.Names {
		if n.Name == "_" {
			own := name + strconv.Itoa(i)
			*edits = append(*edits, edit{from: c.at(n.Pos()), to: c.at(n.End()), text: own})
			out = append(out, own)
			continue
		}
		out = append(out, n.Name)
	}
	return out
}
