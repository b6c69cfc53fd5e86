package patch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// seeds gives the answers of all cases, each with the first file of its base.
func seeds(f *testing.F) (bases, answers []string) {
	f.Helper()
	files, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(files) == 0 {
		f.Fatalf("no cases: %v", err)
	}
	marks := strings.NewReplacer("{CR}", "\r", "{BOM}", "\ufeff", "{FF}", "\xff", "{FE}", "\xfe", "{NUL}", "\x00", "{SP}", " ", "{TAB}", "\t", "{DASH}", "--", "{CUT}\n", "")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		base := ""
		for _, part := range txtar.Parse(data).Files {
			text := marks.Replace(string(part.Data))
			switch {
			case strings.HasPrefix(part.Name, "base/") && base == "":
				base = text
			case strings.HasPrefix(part.Name, "answer"):
				bases, answers = append(bases, base), append(answers, text)
			}
		}
	}
	return bases, answers
}

// eachAnswer fuzzes a parser with the cases' answers to begin with.
func eachAnswer(f *testing.F, check func(t *testing.T, answer string)) {
	f.Helper()
	_, answers := seeds(f)
	for _, a := range answers {
		f.Add(a)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		if len(answer) > 1<<16 {
			return
		}
		began := time.Now()
		check(t, answer)
		if took := time.Since(began); took > 5*time.Second {
			t.Fatalf("took %s", took)
		}
	})
}

// quotes fails if a line is not in the answer: parsers invent nothing.
func quotes(t *testing.T, answer string, lines ...string) {
	t.Helper()
	for _, l := range lines {
		if !strings.Contains(answer, strings.TrimSuffix(l, "\r")) {
			t.Fatalf("%q is not in the answer", l)
		}
	}
}

func quotesSections(t *testing.T, answer string, sections []*section) {
	t.Helper()
	for _, s := range sections {
		for _, h := range s.hunks {
			for _, l := range h.lines {
				if l.op != ' ' && l.op != '+' && l.op != '-' {
					t.Fatalf("operator %q", l.op)
				}
				quotes(t, answer, l.text, l.raw)
			}
			h.trimmed().split()
		}
		if s.whole != nil {
			quotes(t, answer, splitLines(*s.whole)...)
		}
	}
}

func FuzzExtract(f *testing.F) {
	eachAnswer(f, func(t *testing.T, answer string) {
		t.Helper()
		for _, c := range extract(answer) {
			quotes(t, answer, c.lines...)
			quotes(t, answer, c.before...)
		}
	})
}

func FuzzUnified(f *testing.F) {
	eachAnswer(f, func(t *testing.T, answer string) {
		t.Helper()
		for _, fenced := range []bool{true, false} {
			quotesSections(t, answer, readUnified(chunk{lines: splitLines(answer), fenced: fenced, final: true}, "f"))
		}
	})
}

func FuzzBlocks(f *testing.F) {
	eachAnswer(f, func(t *testing.T, answer string) {
		t.Helper()
		known := func(string) bool { return true }
		quotesSections(t, answer, readBlocks(chunk{lines: splitLines(answer)}, "f", known))
	})
}

func FuzzV4A(f *testing.F) {
	eachAnswer(f, func(t *testing.T, answer string) {
		t.Helper()
		quotesSections(t, answer, readV4A(chunk{lines: splitLines(answer), final: true}))
	})
}

// FuzzRead is all of reading an answer: labels, whole files, tags, heredocs, and what is around a patch.
func FuzzRead(f *testing.F) {
	eachAnswer(f, func(t *testing.T, answer string) {
		t.Helper()
		for _, target := range []string{"", "x.go"} {
			r := &reader{
				known: func(name string) bool { return badPath(name) == "" }, packageAt: func(string) string { return "x" },
				opt: Options{Sole: target},
			}
			for _, s := range r.read(answer).sections {
				if strings.Contains(s.path, "\n") {
					t.Fatalf("path %q", s.path)
				}
				quotesSections(t, answer, []*section{s})
			}
		}
	})
}

func FuzzUndress(f *testing.F) {
	eachAnswer(f, func(t *testing.T, answer string) {
		t.Helper()
		if text, ok := undressed(answer); ok {
			quotes(t, answer, splitLines(text)...)
		}
		if lines, ok := withoutNumbers(splitLines(answer)); ok {
			quotes(t, answer, lines...)
		}
		s := &section{path: "f", escaped: mayBeEscaped(answer), hunks: []*hunk{{}}}
		for _, l := range splitLines(answer) {
			s.hunks[0].add(l)
		}
		_ = s.unmark(true)
		_ = s.unnumber(func() string { return "\n" + answer })
		_ = s.unescape(func() string { return "\n" })
	})
}

func FuzzHeaderPaths(f *testing.F) {
	for _, name := range []string{"a/x", `"a/\303\244"`, "a/x y\t2024-01-01", "x.go 2024-01-01 10:00", "/dev/null", `"`, `"\`, "a/.git/x b/.git/x", `"a/x" b/x`, "../x", "C:\\x"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, b := gitPaths(text)
		for _, name := range []string{headerPath(text), unquote(text), a, b, barePath(text), infoPath(text)} {
			if badPath(name) != "" {
				continue
			}
			folded := "/" + strings.ToLower(name) + "/"
			if strings.HasPrefix(name, "/") || strings.Contains(folded, "/../") || strings.Contains(folded, "/.git/") || strings.ContainsAny(name, "\\\x00\n") {
				t.Fatalf("%q passes for a good path", name)
			}
		}
	})
}

// watched is a tree of one file that is asked for good paths only.
type watched struct {
	t    *testing.T
	data string
}

func (w watched) Lookup(name string) (Entry, bool, error) {
	if why := badPath(name); why != "" {
		w.t.Fatalf("the tree was asked for %q: %s", name, why)
	}
	return Entry{Mode: ModeFile, Data: []byte(w.data)}, name == "x.txt", nil
}

func (w watched) Names(dir string) ([]string, error) {
	if dir != "" && badPath(dir) != "" {
		w.t.Fatalf("the tree was asked for the names in %q", dir)
	}
	return []string{"x.txt"}, nil
}

// FuzzEngine applies an answer, and another one as a re-send. What is refused changes nothing, and what is changed has a good path.
func FuzzEngine(f *testing.F) {
	bases, answers := seeds(f)
	for i := range answers {
		f.Add(bases[i], answers[i], answers[(i+1)%len(answers)])
	}
	f.Fuzz(func(t *testing.T, base, first, second string) {
		if len(base)+len(first)+len(second) > 1<<16 {
			return
		}
		began := time.Now()
		for _, target := range []string{"", "x.txt"} {
			r, err := Apply(watched{t, base}, []string{first, second}, Options{Sole: target, Allow: Permissions{Delete: true, Rename: true, Chmod: true}})
			if err != nil {
				continue
			}
			if r.Refused() != (r.Feedback() != "") || r.Refused() && len(r.Changes) > 0 {
				t.Fatalf("refused %v, feedback %q, %d changes", r.Refused(), r.Feedback(), len(r.Changes))
			}
			if text, ok := r.Partial(); ok && !strings.Contains(strings.ToLower(text), "re-send") {
				t.Fatalf("asks for nothing: %q", text)
			}
			for _, c := range r.Changes {
				if badPath(c.Path) != "" || c.From != "" && badPath(c.From) != "" {
					t.Fatalf("changes %q from %q", c.Path, c.From)
				}
			}
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Fatalf("took %s", took)
		}
	})
}
