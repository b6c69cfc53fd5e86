package evaluate

import (
	"fmt"
	"go/scanner"
	"go/token"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// What a name may be to be shown as it is. Who can use more words can say something.
const (
	maxNameWords = 3
	maxNameBytes = 32
)

// aliases are the names under which a judge knows what the code calls by sentences. None of them depends on what the names say: they are
// numbered as they come, and names that look like an alias get one too, so that none means two things.
type aliases struct {
	known   map[string]bool // the words of the spec and of the acceptance tests, whose names stay
	shown   map[string]string
	meant   map[string]string
	n       int
	folders int
	files   int
}

func (e *evaluation) newAliases() *aliases {
	a := &aliases{known: map[string]bool{}, shown: map[string]string{}, meant: map[string]string{}}
	if e.spec != nil {
		for _, b := range e.spec.Interface() {
			a.learn(b.Text)
		}
		for _, c := range e.spec.Clauses() {
			a.learn(c.Text)
		}
		for _, target := range e.spec.Front.Targets {
			a.known[target] = true
		}
	}
	for _, f := range e.testFiles {
		a.learn(string(f.Data))
	}
	return a
}

func (a *aliases) learn(text string) {
	for _, word := range wordForm.FindAllString(text, -1) {
		a.known[word] = true
	}
}

// name is how an identifier is shown. One that begins with a capital keeps one, because in Go that says who can use it.
func (a *aliases) name(id string) string {
	if a.known[id] || plainName(id) {
		return id
	}
	return a.of(id, strings.TrimSpace(id), func() string {
		form := "name"
		if first, _ := utf8.DecodeRuneInString(id); unicode.IsUpper(first) {
			form = "Name"
		}
		return a.numbered(form, &a.n, "")
	})
}

func (a *aliases) of(key, means string, next func() string) string {
	if _, ok := a.shown[key]; !ok {
		alias := next()
		a.shown[key], a.meant[alias] = alias, means
	}
	return a.shown[key]
}

// numbered gives the next of a form that the spec does not use itself.
func (a *aliases) numbered(form string, n *int, tail string) string {
	for {
		*n++
		if alias := fmt.Sprintf("%s%d%s", form, *n, tail); !a.known[alias] {
			return alias
		}
	}
}

// file is how a path is shown: part by part, and as it is where the spec names it.
func (a *aliases) file(name string) string {
	if a.known[name] {
		return name
	}
	parts := strings.Split(name, "/")
	last := len(parts) - 1
	for i, part := range parts {
		ext := plainExt.FindString(part)
		switch {
		case plainPart.MatchString(part) && len(part) <= maxNameBytes && words(strings.TrimSuffix(part, ext)) <= maxNameWords && !aliasForm.MatchString(part):
		case i < last:
			parts[i] = a.of("folder "+part, part, func() string { return a.numbered("folder", &a.folders, "") })
		default:
			parts[i] = a.of("file "+name, part, func() string { return a.numbered("file", &a.files, ext) })
		}
	}
	shown := path.Join(parts...)
	a.meant[shown] = name
	return shown
}

var (
	plainPart = pattern.Lazy(`^[A-Za-z0-9._-]+$`)
	plainExt  = pattern.Lazy(`\.[A-Za-z0-9]{1,6}$`)
	aliasForm = pattern.Lazy(`^(?:[nN]ame|file|folder)[0-9]+(?:\.|$)`)
)

// words counts the words of a name, or of a text without blanks. Digits are none.
func words(name string) int {
	n := 0
	for _, run := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) }) {
		n += wordsOf([]rune(run))
	}
	return n
}

// wordsOf counts where words begin in a run of letters: at a capital behind a small letter, and at the last of some before one.
func wordsOf(run []rune) int {
	n := 1
	for i := 1; i < len(run); i++ {
		if unicode.IsUpper(run[i]) && (!unicode.IsUpper(run[i-1]) || i+1 < len(run) && !unicode.IsUpper(run[i+1])) {
			n++
		}
	}
	return n
}

// plainName says whether a name is too short to say anything, and has no letters that only look like others.
func plainName(id string) bool {
	return len(id) <= maxNameBytes && words(id) <= maxNameWords && !aliasForm.MatchString(id) &&
		strings.IndexFunc(id, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) || r == ' ' }) < 0
}

// back is a Go expression of a judge with the names that the code has.
func (a *aliases) back(text string) string {
	return exchange(text, func(tok token.Token, word string) string {
		if meant, ok := a.meant[word]; ok && tok == token.IDENT {
			return meant
		}
		return word
	})
}

// plainly is a Go text of the code with the names that a judge knows, and with the texts of the code left out.
func (a *aliases) plainly(text string) string {
	return exchange(text, func(tok token.Token, word string) string {
		switch {
		case tok == token.IDENT:
			return a.name(word)
		case tok == token.STRING && !harmless(strings.Trim(word, "`\"")):
			return `"..."`
		}
		return word
	})
}

// renamed is a Go expression of a judge with the names that it knows.
func (a *aliases) renamed(text string) string {
	return exchange(text, func(tok token.Token, word string) string {
		if tok == token.IDENT {
			return a.name(word)
		}
		return word
	})
}

// exchange replaces names and strings of a Go text.
func exchange(text string, by func(token.Token, string) string) string {
	set := token.NewFileSet()
	file := set.AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, []byte(text), func(token.Position, string) {}, 0)
	var out strings.Builder
	done := 0
	for {
		pos, tok, word := s.Scan()
		if tok == token.EOF {
			return out.String() + text[done:]
		}
		from := file.Offset(pos)
		if tok != token.IDENT && tok != token.STRING || !strings.HasPrefix(text[from:], word) {
			continue
		}
		out.WriteString(text[done:from] + by(tok, word))
		done = from + len(word)
	}
}

// prose replaces names in a text, word by word.
func prose(text string, names map[string]string) string {
	var out strings.Builder
	rest := text
	for {
		at := wordForm.FindStringIndex(rest)
		if at == nil {
			return out.String() + rest
		}
		word := rest[at[0]:at[1]]
		if other, ok := names[word]; ok {
			word = other
		}
		out.WriteString(rest[:at[0]] + word)
		rest = rest[at[1]:]
	}
}
