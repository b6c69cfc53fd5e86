package syntax

import (
	"path"
	"slices"
	"strings"
)

// Use is an import, or a call, under all the forms in which a pattern may mean it.
type Use struct {
	Forms []string
	Off   int  // in the file
	Value bool // not called but handed on: who has it can call it
	Whole bool // a module that is handed on as a whole: who has it can call all that is in it; Forms name the module
}

// Uses are the imports and calls of a file.
type Uses struct {
	Imports, Calls []Use
	Unsure         []Doubt // imports whose names cannot be told
	Lost           []Doubt // imports of which nobody can tell what they give names to: calls are not known either
}

func (u *Uses) unsure(off int, why string) {
	if len(u.Unsure) < maxDoubts {
		u.Unsure = append(u.Unsure, Doubt{off, why})
	}
}

// Uses reads the imports and the calls of a file; none where its language is not read.
func (f *File) Uses() Uses {
	if f.Language.names == nil {
		return Uses{}
	}
	return f.Language.names(f)
}

// Names calls do for every name in the file, keywords included.
func (f *File) Names(do func(name string, off int)) {
	for _, t := range f.Tokens {
		if t.Kind == Name {
			do(f.Text(t), f.At(t.Off))
		}
	}
}

// walk is a file without its comments, as the readers of names go over it.
type walk struct {
	*File
	t       []Token
	pairs   []int32 // for a bracket, where its partner stands
	taken   []bool  // has been dealt with
	binds   map[string][]target
	shadows map[string][][2]int // where a name means something of the file's own
	uses    Uses
	sep     string // between the parts of a name
}

// target is what a name stands for: a module, or something in it.
type target struct {
	module []string // the forms of its name
	path   []string // in it
}

func newWalk(f *File, sep string) *walk {
	w := &walk{File: f, sep: sep, binds: map[string][]target{}, shadows: map[string][][2]int{}}
	w.t = slices.DeleteFunc(slices.Clone(f.Tokens), func(t Token) bool { return t.Kind == Comment })
	w.pairs, w.taken = make([]int32, len(w.t)), make([]bool, len(w.t))
	w.pair()
	return w
}

// pair finds the partners of brackets. One without a partner is its own.
func (w *walk) pair() {
	var open []int32
	for i := range w.t {
		w.pairs[i] = int32(i)
		switch w.s(i) {
		case "(", "[", "{", "${":
			open = append(open, w.pairs[i])
		case ")", "]", "}":
			if n := len(open); n > 0 {
				w.pairs[i], w.pairs[open[n-1]] = open[n-1], w.pairs[i]
				open = open[:n-1]
			}
		}
	}
}

// s gives the text of a name or an operator; what it gives for other tokens is none. "" beyond the ends.
func (w *walk) s(i int) string {
	if i < 0 || i >= len(w.t) {
		return ""
	}
	switch t := w.t[i]; t.Kind {
	case Name, Punct, Directive:
		return w.Text(t)
	case Newline:
		return "\n"
	case Number:
		return "0"
	case String, Comment, Broken:
	}
	return `"`
}

func (w *walk) kind(i int) Kind {
	if i < 0 || i >= len(w.t) {
		return 0
	}
	return w.t[i].Kind
}

func (w *walk) off(i int) int { return w.At(w.t[i].Off) }

// end gives where the bracket at i closes; the last token if it never does.
func (w *walk) end(i int) int {
	if p := int(w.pairs[i]); p > i {
		return p
	}
	return len(w.t) - 1
}

// typesReach and rustTypesReach are how many tokens may stand between the brackets of type arguments: < may compare, too.
const typesReach, rustTypesReach = 80, 200

// angles gives where the type arguments that begin at i end; 0 if none do, or not within reach tokens.
func (w *walk) angles(i, reach int) int {
	depth := 0
	for k := i; k < min(len(w.t), i+reach); k++ {
		switch {
		case w.is(k, "<"):
			depth++
		case w.is(k, ">"):
			if depth--; depth == 0 {
				return k
			}
		case w.is(k, "(", "[", "{"):
			k = w.end(k)
		case w.is(k, ";", ")", "]", "}"):
			return 0
		}
	}
	return 0
}

func (w *walk) is(i int, texts ...string) bool { return slices.Contains(texts, w.s(i)) }

func (w *walk) imported(i int, forms ...string) {
	w.uses.Imports = append(w.uses.Imports, Use{Forms: forms, Off: w.off(i)})
}

func (w *walk) bind(name string, t target) {
	if !slices.ContainsFunc(w.binds[name], func(o target) bool {
		return slices.Equal(o.module, t.module) && slices.Equal(o.path, t.path)
	}) && len(w.binds[name]) < 8 {
		w.binds[name] = append(w.binds[name], t)
	}
}

// maxStars is how many modules are followed of which all is imported.
const maxStars = 16

// star adds a module of which all is imported at i.
func (w *walk) star(stars []target, i int, t target) []target {
	switch {
	case slices.ContainsFunc(stars, func(o target) bool { return slices.Equal(o.module, t.module) }):
		return stars
	case len(stars) == maxStars:
		if len(w.uses.Lost) == 0 {
			w.uses.Lost = []Doubt{{w.off(i), "more imports of all names than can be followed"}}
		}
		return stars
	}
	return append(stars, t)
}

func (w *walk) shadow(name string, from, to int) {
	w.shadows[name] = append(w.shadows[name], [2]int{from, to})
}

// hidden says whether a name means something of the file's own at a token. A name with very many meanings counts as imported.
func (w *walk) hidden(name string, i int) bool {
	spans := w.shadows[name]
	for _, s := range spans[:min(len(spans), 200)] {
		if s[0] <= i && i <= s[1] {
			return true
		}
	}
	return false
}

// chain reads names joined by a separator, from the name at i on. It gives the token behind them.
func (w *walk) chain(i int, separators ...string) (parts []string, next int) {
	parts, next = []string{w.s(i)}, i+1
	for w.is(next, separators...) && w.kind(next+1) == Name {
		parts = append(parts, w.s(next+1))
		next += 2
	}
	return parts, next
}

// full gives the forms of something in a module, whole.
func (t target) full(sep string, rest []string) []string {
	parts := append(slices.Clone(t.path), rest...)
	var out []string
	for _, m := range t.module {
		out = append(out, strings.Join(append([]string{m}, parts...), sep))
	}
	return out
}

// forms gives the forms of something in a module: whole, by the last two names, and by its own alone where it was imported so.
func (t target) forms(sep string, rest []string) []string {
	out := t.full(sep, rest)
	parts := append(slices.Clone(t.path), rest...)
	switch n := len(parts); {
	case n >= 2:
		out = append(out, parts[n-2]+sep+parts[n-1])
	case n == 1:
		for _, m := range t.module {
			out = append(out, short(m, sep)+sep+parts[0])
		}
	}
	if len(rest) == 0 && len(parts) > 0 {
		out = append(out, parts[len(parts)-1])
	}
	if global(t.module[0]) && len(parts) > 0 {
		out = append(out, strings.Join(parts, sep))
	}
	return out
}

// global says whether what is in a module needs no import.
func global(module string) bool {
	switch module {
	case "builtins", "globalThis", "java.lang":
		return true
	}
	return false
}

// short is the last part of a module's name, which may be a path.
func short(module, sep string) string {
	if i := strings.LastIndex(module, sep); i >= 0 && !strings.Contains(module, "/") {
		module = module[i+len(sep):]
	}
	return path.Base(module)
}

// spelled gives the forms of a chain that stands for nothing known: whole, and by its last two names.
func spelled(parts []string, sep string) []string {
	out := []string{strings.Join(parts, sep)}
	if n := len(parts); n > 2 {
		out = append(out, parts[n-2]+sep+parts[n-1])
	}
	return out
}

// used notes a chain of names that is called, or handed on. It gives what it noted, nil for nothing.
func (w *walk) used(i int, parts []string, call bool, extra ...target) *Use {
	head := parts[0]
	targets := w.binds[head]
	hidden := w.hidden(head, i) && (w.sep != "::" || len(parts) == 1) // a path is never a variable
	var forms []string
	switch {
	case hidden && len(targets) > 0 && len(parts) > 1:
		forms = []string{"_" + w.sep + parts[len(parts)-1]}
	case hidden && len(parts) == 1:
		return nil
	case !hidden && len(targets) > 0:
		for _, t := range targets {
			forms = append(forms, t.forms(w.sep, parts[1:])...)
		}
	default:
		forms = spelled(parts, w.sep)
	}
	known := !hidden && len(targets) > 0
	if !hidden {
		for _, t := range extra {
			forms = append(forms, t.forms(w.sep, parts)...)
		}
	}
	if !call && !known && len(parts) > 1 && len(extra) == 0 && w.sep != "::" {
		return nil
	}
	if !call && known && len(parts) == 1 {
		w.whole(i, targets)
	}
	return w.called(i, forms, call)
}

// called notes what is called, or handed on, and gives it.
func (w *walk) called(i int, forms []string, call bool) *Use {
	w.uses.Calls = append(w.uses.Calls, Use{Forms: forms, Off: w.off(i), Value: !call})
	return &w.uses.Calls[len(w.uses.Calls)-1]
}

// whole notes that a module is handed on.
func (w *walk) whole(i int, targets []target) {
	var forms []string
	for _, t := range targets {
		forms = append(forms, t.full(w.sep, nil)...)
	}
	w.uses.Calls = append(w.uses.Calls, Use{Forms: forms, Off: w.off(i), Value: true, Whole: true})
}

// method notes a call on what is no name: the result of a call, an element, a literal. i is the name behind the point.
func (w *walk) method(i int, parts []string) *Use {
	before := "_"
	if w.is(i-2, ")") {
		if open := int(w.pairs[i-2]); open > 0 && w.kind(open-1) == Name {
			before = w.s(open - 1)
		}
	}
	all := append([]string{before}, parts...)
	forms := []string{all[len(all)-2] + w.sep + all[len(all)-1], "_" + w.sep + all[len(all)-1]}
	return w.called(i, forms, true)
}

// receiver notes a call of a method by the names before it: client.send, self.client.send.
func (w *walk) receiver(i int, parts []string, points ...string) {
	use := w.method(i, parts)
	var before []string
	for k := i - 1; w.is(k, points...) && w.kind(k-1) == Name && len(before) < 4; k -= 2 {
		before = append([]string{w.s(k - 1)}, before...)
	}
	for n := range before {
		use.Forms = append(use.Forms, strings.Join(append(slices.Clone(before[n:]), parts...), "."))
	}
}

// maxParts is how many parts of a name are looked at one by one; no sane name has more.
const maxParts = 32

// prefixes gives a name of several parts and all that it begins with, joined as the language does it and as paths.
func prefixes(name, sep string) []string {
	var out []string
	for i := 0; i < len(name) && len(out) < 2*maxParts; i++ {
		if strings.HasPrefix(name[i:], sep) && i > 0 {
			out = append(out, name[:i], strings.ReplaceAll(name[:i], sep, "/"))
		}
	}
	out = append(out, name, strings.ReplaceAll(name, sep, "/"))
	slices.Sort(out)
	return slices.Compact(out)
}

// value gives what a string says, if it says it without code in it.
func (w *walk) value(i int) (string, bool) {
	if w.kind(i) != String {
		return "", false
	}
	text := w.code[w.t[i].Off:w.t[i].End]
	start := strings.IndexAny(text, "\"'`")
	if start < 0 || start > 2 || strings.ContainsAny(strings.ToLower(text[:start]), "ft") {
		return "", false
	}
	raw := strings.Contains(strings.ToLower(text[:start]), "r")
	text = text[start:]
	quote := text[:1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(text, triple) && len(text) >= 6 {
		quote = triple
	}
	if len(text) < 2*len(quote) {
		return "", false
	}
	text = text[len(quote) : len(text)-len(quote)]
	if raw {
		return text, true
	}
	return unescape(text)
}
