package runner

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// sealer makes acceptance tests of Go say a word of their own when they have passed. What go test reads of a test is a line that any
// code in its process can print, in its name or in the place of another: a word that only the test itself says, and only at its
// end, cannot be made up. The test is built from a copy with one more call at its beginning, on the same line, so that all lines
// keep their numbers. What it calls stands at the end of the copy: a file of its own would need to know which files are built, and
// would be found by who embeds the folder's.
type sealer struct {
	secret string
	words  map[string][]string // by the test's name: one for each package that has it
}

// mark begins all words of a sealer. It is no secret from who sees a test pass.
func (s sealer) mark() string { return "seal" + s.digest("mark")[:12] }

func (s sealer) digest(of string) string {
	sum := sha256.Sum256([]byte(s.secret + "\x00" + of))
	return hex.EncodeToString(sum[:])
}

// call and testing are the names in the copy of a file of what its tests call, and of package testing. Whatever the package
// declares, it does not declare these.
func (s sealer) call(file string) string    { return "zzSpecgen" + s.digest("call" + file)[:12] }
func (s sealer) testing(file string) string { return "zzTesting" + s.digest("testing" + file)[:12] }

// helper is what the tests of a file call. A cleanup that is set first runs last: subtests and other cleanups have ended then, and a
// failure in any of them is the test's. It names no type of the language, which a package may have declared anew, and is told of under
// the name of a Go file, whatever the file above calls itself.
func (s sealer) helper(file string) string {
	return "\n\n//line zz_specgen.go:1\nfunc " + s.call(file) + "(t " + s.testing(file) + ".TB, word interface{}) {\n" +
		"\tt.Helper()\n\tt.Cleanup(func() {\n\t\tif !t.Failed() && !t.Skipped() {\n\t\t\tt.Log(word)\n\t\t}\n\t})\n}\n"
}

// seal gives a test file in which each test and fuzz test calls the helper first, and with more at its end.
func (s sealer) seal(name string, data []byte, set *token.FileSet, file *ast.File, more string) string {
	var out strings.Builder
	done := 0
	write := func(at token.Pos, skip int, text string) {
		offset := set.PositionFor(at, false).Offset
		out.Write(data[done:offset])
		out.WriteString(text)
		done = offset + skip
	}
	dot := slices.ContainsFunc(file.Imports, func(i *ast.ImportSpec) bool {
		return i.Name != nil && i.Name.Name == "." && i.Path.Value == `"testing"`
	})
	write(file.Name.End(), 0, "; import "+s.testing(name)+` "testing"`)
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || !sealable(f, dot) {
			continue
		}
		param, t := f.Type.Params.List[0], "zzT"
		switch {
		case len(param.Names) == 0:
			write(param.Type.Pos(), 0, t+" ")
		case param.Names[0].Name == "_":
			write(param.Names[0].Pos(), 1, t)
		default:
			t = param.Names[0].Name
		}
		word := s.mark() + s.digest(name + "\x00" + f.Name.Name)[:16]
		s.words[f.Name.Name] = append(s.words[f.Name.Name], word)
		write(f.Body.Lbrace+1, 0, fmt.Sprintf(" %s(%s, %q);", s.call(name), t, word))
	}
	out.Write(data[done:])
	out.WriteString(s.helper(name) + more)
	return out.String()
}

// sealable says whether a function is a test or a fuzz test, in a file that may have all names of package testing. An example has
// nothing to speak with.
func sealable(f *ast.FuncDecl, dot bool) bool {
	kind := regexp.MustCompile(`^(?:Test|Fuzz)(?:$|[^\p{Ll}])`)
	params := f.Type.Params.List
	if f.Recv != nil || f.Body == nil || f.Type.Results != nil || !kind.MatchString(f.Name.Name) || len(params) != 1 || len(params[0].Names) > 1 {
		return false
	}
	star, ok := params[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	of, _ := star.X.(*ast.Ident)
	if from, ok := star.X.(*ast.SelectorExpr); ok {
		of, dot = from.Sel, true
	}
	return dot && of != nil && (of.Name == "T" || of.Name == "F")
}

// sealed says whether a test that is reported as passed said so itself, as far as it has a seal: whether what its package printed
// holds its word. A test that runs others in its process, or that prints long lines, leaves its own last line to another's name.
// Subtests are their test's business.
func (s sealer) sealed(name string, printed []byte) bool {
	return len(s.words[name]) == 0 || s.said(name, printed)
}

func (s sealer) said(name string, printed []byte) bool {
	return slices.ContainsFunc(s.words[name], func(word string) bool { return bytes.Contains(printed, []byte(word)) })
}

// overlaid is a go test command that reads the overlay of its plan.
func overlaid(command string, in layout) string {
	quoted := "'" + strings.ReplaceAll(filepath.Join(in.Overlay, overlayName), "'", `'\''`) + "'"
	m := regexp.MustCompile(`^(?:cd [\w./-]+ && )?go test(?:\s+-C[= ]\S+)?`).FindString(command) // -C must come first
	return m + " -overlay=" + quoted + command[len(m):]
}

const overlayName = "overlay.json"

// overlayFile names the file that stands in the place of the i-th, by their names.
func overlayFile(i int) string { return strconv.Itoa(i) + ".go" }

// afterOverlay are the words for what a go command says that read an overlay. It names files as they are seen from the folder that
// it runs in, sub, or by their whole path if that is shorter.
func (w words) afterOverlay(in layout, overlay map[string]string, sub string) words {
	for i, name := range sortedKeys(overlay) {
		file := filepath.Join(in.Overlay, overlayFile(i))
		name = strings.TrimPrefix(name, sub+"/")
		if seen, err := filepath.Rel(filepath.Join(in.Checkout, filepath.FromSlash(sub)), file); err == nil {
			w.overlaid = append(w.overlaid, seen+":", name+":")
		}
		w.overlaid = append(w.overlaid, file+":", name+":")
	}
	return w
}

// writeOverlay lays the overlay of a plan out in a folder, which the command knows as the layout's.
func writeOverlay(dir string, p plan) error {
	if err := removeAll(dir); err != nil || len(p.Overlay) == 0 {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	replace := map[string]string{}
	for i, name := range sortedKeys(p.Overlay) {
		file := overlayFile(i)
		if err := os.WriteFile(filepath.Join(dir, file), []byte(p.Overlay[name]), 0o400); err != nil {
			return err
		}
		replace[filepath.Join(p.Inside.Checkout, filepath.FromSlash(name))] = filepath.Join(p.Inside.Overlay, file)
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, overlayName), data, 0o400)
}
