package patch_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// rawHunk is a hunk of a true diff, ready to be spoilt.
type rawHunk struct {
	oldStart, oldCount, newStart, newCount int
	header                                 string // replaces the numbers if set
	body                                   []string
}

var trueHeader = regexp.MustCompile(`^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@`)

func rawHunks(diff string) []rawHunk {
	var out []rawHunk
	for l := range strings.SplitSeq(strings.TrimSuffix(diff, "\n"), "\n") {
		if m := trueHeader.FindStringSubmatch(l); m != nil {
			out = append(out, rawHunk{oldStart: atoi(m[1], 0), oldCount: atoi(m[2], 1), newStart: atoi(m[3], 0), newCount: atoi(m[4], 1)})
		} else if len(out) > 0 {
			h := &out[len(out)-1]
			h.body = append(h.body, l)
		}
	}
	return out
}

func atoi(s string, absent int) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return absent
	}
	return n
}

func (h rawHunk) String() string {
	header := h.header
	if header == "" {
		header = fmt.Sprintf("@@ -%d,%d +%d,%d @@", h.oldStart, h.oldCount, h.newStart, h.newCount)
	}
	return header + "\n" + strings.Join(h.body, "\n") + "\n"
}

func printed(hunks []rawHunk) string {
	var out strings.Builder
	out.WriteString("--- a/f\n+++ b/f\n")
	for _, h := range hunks {
		out.WriteString(h.String())
	}
	return out.String()
}

// sample is a true edit of a real file.
type realEdit struct {
	name   string
	before string
	after  string
	hunks  []rawHunk
}

// corruption spoils a diff as models do. ok is false where it does not apply.
type corruption struct {
	name  string
	lossy bool // what was lost cannot be had back by tiers 0 to 4
	spoil func(r *rand.Rand, e realEdit) (before, after, answer string, ok bool)
}

func corruptions() []corruption {
	eachHunk := func(f func(r *rand.Rand, h *rawHunk) bool) func(*rand.Rand, realEdit) (string, string, string, bool) {
		return func(r *rand.Rand, e realEdit) (string, string, string, bool) {
			some := false
			hunks := make([]rawHunk, len(e.hunks))
			for i, h := range e.hunks {
				h.body = slices.Clone(h.body)
				some = f(r, &h) || some
				hunks[i] = h
			}
			return e.before, e.after, printed(hunks), some
		}
	}
	counts := func(r *rand.Rand, h *rawHunk) bool {
		off := func() int { return []int{-2, -1, 1, 2}[r.IntN(4)] }
		h.oldCount, h.newCount = max(0, h.oldCount+off()), max(0, h.newCount+off())
		return true
	}
	blanks := func(_ *rand.Rand, h *rawHunk) bool {
		some := false
		for i, l := range h.body {
			if l == " " {
				h.body[i], some = "", true
			}
		}
		return some
	}
	outdent := func(e realEdit) ([]rawHunk, bool) {
		var out []rawHunk
		for _, h := range e.hunks {
			h.body = slices.Clone(h.body)
			for i, l := range h.body {
				text := l[1:]
				switch {
				case l[0] == '\\' || strings.TrimSpace(text) == "":
				case strings.HasPrefix(text, "\t"):
					h.body[i] = l[:1] + text[1:]
				case strings.HasPrefix(text, "    "):
					h.body[i] = l[:1] + text[4:]
				default:
					return nil, false
				}
			}
			out = append(out, h)
		}
		return out, true
	}
	drop := func(want func(l string) bool, fix bool) func(r *rand.Rand, h *rawHunk) bool {
		return func(r *rand.Rand, h *rawHunk) bool {
			var at []int
			for i, l := range h.body {
				if l[0] == ' ' && want(l) {
					at = append(at, i)
				}
			}
			if len(at) == 0 {
				return false
			}
			i := at[r.IntN(len(at))]
			h.body = slices.Delete(h.body, i, i+1)
			if fix {
				h.oldCount, h.newCount = h.oldCount-1, h.newCount-1
			}
			return true
		}
	}
	context := func(h *rawHunk) []int {
		var at []int
		for i, l := range h.body {
			if l[0] == ' ' {
				at = append(at, i)
			}
		}
		return at
	}
	return []corruption{
		{"clean", false, eachHunk(func(*rand.Rand, *rawHunk) bool { return true })},
		{"counts off by 1-2", false, eachHunk(counts)},
		{"line numbers off by 80", false, func(r *rand.Rand, e realEdit) (string, string, string, bool) {
			off := 80
			if r.IntN(2) == 0 {
				off = -80
			}
			hunks := slices.Clone(e.hunks)
			for i := range hunks {
				hunks[i].oldStart, hunks[i].newStart = max(1, hunks[i].oldStart+off), max(1, hunks[i].newStart+off)
			}
			return e.before, e.after, printed(hunks), true
		}},
		{"bare @@ ... @@", false, eachHunk(func(_ *rand.Rand, h *rawHunk) bool { h.header = "@@ ... @@"; return true })},
		{"blank context without its space", false, eachHunk(blanks)},
		{"context without its leading space", false, eachHunk(func(_ *rand.Rand, h *rawHunk) bool {
			for _, i := range context(h) {
				h.body[i] = h.body[i][1:]
			}
			return true
		})},
		{"one context line without its space", false, eachHunk(func(r *rand.Rand, h *rawHunk) bool {
			if at := context(h); len(at) > 0 {
				i := at[r.IntN(len(at))]
				h.body[i] = h.body[i][1:]
			}
			return true
		})},
		{"outdented by four", false, func(_ *rand.Rand, e realEdit) (string, string, string, bool) {
			hunks, ok := outdent(e)
			return e.before, e.after, printed(hunks), ok
		}},
		{"first line lost its indentation", false, eachHunk(func(_ *rand.Rand, h *rawHunk) bool {
			l := h.body[0]
			h.body[0] = l[:1] + strings.TrimLeft(l[1:], " \t")
			return h.body[0] != l
		})},
		{"one context line dropped", true, eachHunk(drop(func(string) bool { return true }, false))},
		{"one context line dropped, counts right", true, eachHunk(drop(func(string) bool { return true }, true))},
		{"blank context dropped", true, eachHunk(drop(func(l string) bool { return l == " " }, false))},
		{"blank context dropped, counts right", true, eachHunk(drop(func(l string) bool { return l == " " }, true))},
		{"smart quotes in context", true, eachHunk(func(_ *rand.Rand, h *rawHunk) bool {
			some := false
			for _, i := range context(h) {
				l := strings.NewReplacer(`"`, "”", "'", "’").Replace(h.body[i])
				some = some || l != h.body[i]
				h.body[i] = l
			}
			return some
		})},
		{"CRLF diff on an LF file", false, func(_ *rand.Rand, e realEdit) (string, string, string, bool) {
			return e.before, e.after, strings.ReplaceAll(printed(e.hunks), "\n", "\r\n"), true
		}},
		{"CRLF body on an LF file", false, func(_ *rand.Rand, e realEdit) (string, string, string, bool) {
			hunks := slices.Clone(e.hunks)
			for i := range hunks {
				hunks[i].body = slices.Clone(hunks[i].body)
				for j, l := range hunks[i].body {
					if l[0] != '\\' {
						hunks[i].body[j] = l + "\r"
					}
				}
			}
			return e.before, e.after, printed(hunks), true
		}},
		{"LF diff on a CRLF file", false, func(_ *rand.Rand, e realEdit) (string, string, string, bool) {
			crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
			return crlf(e.before), crlf(e.after), printed(e.hunks), true
		}},
		{"prose and fence around", false, func(_ *rand.Rand, e realEdit) (string, string, string, bool) {
			return e.before, e.after, "Sure, here is the change:\n\n```diff\n" + printed(e.hunks) + "```\n\nIt does what you asked for.\n", true
		}},
		{"an invented outer context line", true, eachHunk(func(r *rand.Rand, h *rawHunk) bool {
			if invented := " \t// as agreed with the caller"; r.IntN(2) == 0 {
				h.body = append([]string{invented}, h.body...)
			} else {
				h.body = append(h.body, invented)
			}
			return true
		})},
		{"ellipsis", true, eachHunk(func(r *rand.Rand, h *rawHunk) bool {
			at := context(h)
			if len(at) < 3 {
				return false
			}
			h.body[at[1+r.IntN(len(at)-2)]] = " ..."
			return true
		})},
		{"one context line only, no numbers", false, eachHunk(func(_ *rand.Rand, h *rawHunk) bool {
			first := slices.IndexFunc(h.body, func(l string) bool { return l[0] != ' ' })
			last := len(h.body)
			for last > first && h.body[last-1][0] == ' ' {
				last--
			}
			switch {
			case first > 0:
				h.body = h.body[first-1 : last]
			case last < len(h.body):
				h.body = h.body[:last+1]
			}
			h.header = "@@ @@"
			return true
		})},
		{"hunks reversed", false, func(_ *rand.Rand, e realEdit) (string, string, string, bool) {
			hunks := slices.Clone(e.hunks)
			slices.Reverse(hunks)
			return e.before, e.after, printed(hunks), len(hunks) > 1
		}},
		{"hunks reversed, bare", false, func(_ *rand.Rand, e realEdit) (string, string, string, bool) {
			hunks := slices.Clone(e.hunks)
			slices.Reverse(hunks)
			for i := range hunks {
				hunks[i].header = "@@ ... @@"
			}
			return e.before, e.after, printed(hunks), len(hunks) > 1
		}},
		{"counts + outdent + blank + fence", false, func(r *rand.Rand, e realEdit) (string, string, string, bool) {
			hunks, ok := outdent(e)
			for i := range hunks {
				counts(r, &hunks[i])
				blanks(r, &hunks[i])
			}
			return e.before, e.after, "Here:\n```diff\n" + printed(hunks) + "```\nDone.\n", ok
		}},
	}
}

// TestCorruptions spoils true edits of real source in all the ways that models do. A refusal costs a request; a wrong file
// costs trust, and there must be none.
func TestCorruptions(t *testing.T) {
	t.Parallel()
	edits := realEdits(t, atoi(os.Getenv("SPECGEN_EDITS"), 320)) // 4000 for a long run
	var table strings.Builder
	fmt.Fprintf(&table, "%-42s %6s %8s %6s %6s\n", "class", "right", "refused", "WRONG", "cases")
	for ci, c := range corruptions() {
		right, refused, wrong := 0, 0, 0
		for i, e := range edits {
			r := rand.New(rand.NewPCG(uint64(i), uint64(ci))) //nolint:gosec // G404: repeatable on purpose
			before, after, answer, ok := c.spoil(r, e)
			if !ok {
				continue
			}
			got, fine := outcome(t, before, answer)
			switch {
			case !fine:
				refused++
			case got == after:
				right++
			default:
				wrong++
				if wrong <= 3 {
					t.Errorf("WRONG in %q on %s:\n%s\ngot diff\n%s", c.name, e.name, answer, patch.Diff("f", []byte(after), []byte(got)))
				}
			}
		}
		cases := right + refused + wrong
		fmt.Fprintf(&table, "%-42s %6d %8d %6d %6d\n", c.name, right, refused, wrong, cases)
		if cases > 20 && !c.lossy && right*100 < cases*leastRight(c.name) {
			t.Errorf("%s: only %d of %d right", c.name, right, cases)
		}
	}
	t.Logf("corruptions over %d real edits\n%s", len(edits), table.String())
}

// leastRight is the percentage that must come out right where nothing is lost. One line of context is often not unique.
func leastRight(class string) int {
	switch class {
	case "one context line only, no numbers":
		return 50
	case "context without its leading space": // lists and the like begin with an operator then
		return 85
	case "bare @@ ... @@", "hunks reversed, bare", "outdented by four", "line numbers off by 80", "counts + outdent + blank + fence":
		return 85
	}
	return 95
}

func outcome(t *testing.T, before, answer string) (string, bool) {
	t.Helper()
	r, err := patch.Apply(files("f", before), []string{answer}, patch.Options{Sole: "f"})
	if err != nil {
		return "", false
	}
	if r.Refused() {
		if len(r.Changes) != 0 {
			t.Error("a refused patch changes something")
		}
		return "", false
	}
	if len(r.Changes) == 0 {
		return before, true
	}
	return string(r.Changes[0].Data), true
}

// realEdits makes n edits of real files from the source of Go: Go, C, assembly, shell, Markdown, JSON and plain text.
func realEdits(t *testing.T, n int) []realEdit {
	t.Helper()
	pool := realFiles(t)
	r := rand.New(rand.NewPCG(1, uint64(n))) //nolint:gosec // G404: repeatable on purpose
	var out []realEdit
	for tries := 0; len(out) < n && tries < 20*n; tries++ {
		name := pool[r.IntN(len(pool))]
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfter(string(data), "\n")
		if lines[len(lines)-1] == "" {
			lines = lines[:len(lines)-1]
		}
		if len(lines) < 12 || len(lines) > 4000 || strings.ContainsAny(string(data), "\x00\r") {
			continue
		}
		after := slices.Clone(lines)
		for range 1 + r.IntN(3) {
			after = mutate(r, after)
		}
		e := realEdit{name: name, before: strings.Join(lines, ""), after: strings.Join(after, "")}
		e.hunks = rawHunks(patch.Diff("f", []byte(e.before), []byte(e.after)))
		if len(e.hunks) > 0 {
			out = append(out, e)
		}
	}
	if len(out) < n {
		t.Fatalf("only %d edits", len(out))
	}
	return out
}

var word = regexp.MustCompile(`[A-Za-z_]{3,}`)

// mutate makes one edit as a person might: change a word, copy a line or a block with a word changed, delete, append.
func mutate(r *rand.Rand, lines []string) []string {
	rename := func(l string) string {
		at := word.FindAllStringIndex(l, -1)
		if len(at) == 0 {
			return l
		}
		m := at[r.IntN(len(at))]
		return l[:m[0]] + "new" + l[m[0]:]
	}
	i := r.IntN(len(lines))
	switch r.IntN(7) {
	case 0, 1:
		return slices.Replace(slices.Clone(lines), i, i+1, rename(lines[i]))
	case 2: // a block like one nearby
		n := min(1+r.IntN(6), len(lines)-i)
		block := slices.Clone(lines[i : i+n])
		for j := range block {
			if r.IntN(2) == 0 {
				block[j] = rename(block[j])
			}
		}
		at := min(len(lines), i+n+r.IntN(4))
		if at == len(lines) && !strings.HasSuffix(lines[len(lines)-1], "\n") {
			at--
		}
		return slices.Insert(slices.Clone(lines), at, whole(block)...)
	case 3:
		return slices.Delete(slices.Clone(lines), i, min(len(lines), i+1+r.IntN(3)))
	case 4: // replaced by more
		return slices.Replace(slices.Clone(lines), i, i+1, whole([]string{rename(lines[i]), rename(lines[i]) + "", "\n"})...)
	case 5: // at the end
		if !strings.HasSuffix(lines[len(lines)-1], "\n") {
			return lines
		}
		return append(slices.Clone(lines), "\n", rename(lines[i]))
	}
	return slices.Insert(slices.Clone(lines), i, whole([]string{rename(lines[i])})...)
}

func whole(lines []string) []string {
	for i, l := range lines {
		if !strings.HasSuffix(l, "\n") {
			lines[i] = l + "\n"
		}
	}
	return lines
}

func realFiles(t *testing.T) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	root := strings.TrimSpace(string(out))
	byExt := map[string][]string{}
	err = filepath.WalkDir(filepath.Join(root, "src"), func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch ext := filepath.Ext(p); ext {
		case ".go", ".c", ".s", ".h", ".md", ".json", ".bash", ".pl", ".txt", ".html", ".yaml", ".py":
			byExt[ext] = append(byExt[ext], p)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // G404: repeatable on purpose
	var pool []string
	exts := []string{".go", ".c", ".s", ".h", ".md", ".json", ".bash", ".pl", ".txt", ".html", ".yaml", ".py"}
	for _, ext := range exts {
		most := 40
		if ext == ".go" {
			most = 200
		}
		list := byExt[ext]
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		pool = append(pool, list[:min(len(list), most)]...)
	}
	return pool
}
