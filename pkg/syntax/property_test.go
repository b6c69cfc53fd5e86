package syntax_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/syntax"
)

func extensions() []string {
	return []string{
		".py", ".js", ".mjs", ".ts", ".tsx", ".java", ".rs", ".c", ".h", ".cpp", ".sh", ".rb", ".kt", ".php", ".sql", ".lua", ".css", ".html", ".yaml", ".cs", "",
	}
}

// pieces are what programs are made of, and what may confuse who reads them.
func pieces() []string {
	return []string{
		"a", "import ", "from ", "require(", "use ", "#include ", "def f(", "class A ", "lambda ", "function ", "eval", " = ", "=>", "->", "::", ".", ",", ";", ":", "*",
		"(", ")", "[", "]", "{", "}", "${", "<", ">", "</", "/>", "/", "//", "/*", "*/", "#", "'", "\"", "`", "'''", `"""`, "r#\"", "\"#", "R\"x(", ")x\"", "f'", "f\"{", "\\", "\\\n",
		"\\u0022", "\\u{41}", "\n", "\r", "\r\n", "\t", "\f", " ", "\u2028", "é", "ｅ", "\xff", "\x00", "<<EOF", "EOF\n", "--", "--[[", "]]", "<!--", "-->", "0x1e+5", "1'0", "'a", "%:", "??/",
	}
}

func TestBlankingKeepsEveryPlace(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces()), 0, 40).Draw(t, "text"), "")
		f := syntax.Read("dir/a"+rapid.SampledFrom(extensions()).Draw(t, "ext"), text)
		blanked := f.Blank()
		if len(blanked) != len(text) {
			t.Fatalf("%q became %q", text, blanked)
		}
		for i := range len(text) {
			if same := blanked[i] == text[i]; !same && (blanked[i] != ' ' || text[i] == '\n') {
				t.Fatalf("byte %d of %q became %q", i, text, blanked[i])
			}
		}
		end := int32(0)
		for _, k := range f.Tokens {
			if k.Off < end || k.End < k.Off || f.At(k.End) > len(text) || f.At(k.Off) > f.At(k.End) {
				t.Fatalf("token %+v behind %d in %q", k, end, text)
			}
			end = k.End
		}
		uses := f.Uses()
		for _, u := range append(uses.Imports, uses.Calls...) {
			if line, col := f.Position(u.Off); len(u.Forms) == 0 || line < 1 || col < 1 || u.Off > len(text) {
				t.Fatalf("%+v at %d:%d of %q", u, line, col, text)
			}
		}
	})
}

// TestHostileTextTakesLittleTime reads text that would take for ever if anything were looked for again and again: half a minute and
// more, where reading it once takes a few milliseconds.
func TestHostileTextTakesLittleTime(t *testing.T) {
	t.Parallel()
	const size = 1 << 17
	hostile := []string{
		"/* ", "''' ", "lambda a: ", "a=>", "(a,", "let a,", "import a", "R\"%d(", "r###\"", "<a ", "<a>", "`${", "f'{", "a<", "use a::{", "int a(", "T a",
		"<<A%d ", "\"\"\"\n", "a.b", "case {", "if(", "function a(", "??/", "a\\u0022", "\\u002f", "\\", "/[", "a = b ", "def f(a): ",
	}
	for _, piece := range hostile {
		for _, ext := range []string{".py", ".tsx", ".js", ".java", ".rs", ".cpp", ".sh", ".kt"} {
			var b strings.Builder
			for n := 0; b.Len() < size; n++ {
				b.WriteString(strings.ReplaceAll(piece, "%d", strings.Repeat("x", n%17)))
			}
			start := time.Now()
			f := syntax.Read("a"+ext, b.String())
			f.Blank()
			f.Uses()
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("%d bytes of %q as %q took %v", b.Len(), piece, ext, took)
			}
		}
	}
}
