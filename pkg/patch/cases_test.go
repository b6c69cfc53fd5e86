package patch_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// A case of testdata/cases is an archive with the files of the base under base/, the answers of the model as answer, answer2
// and so on, and the files that must have changed under want/. Its head holds lines "word: value":
//
//	tiers: exact=2        the tiers by which hunks went in
//	refused: REASON       what the first refused hunk says; nothing may have changed then
//	nothing: text         no patch is found, and the error says the text
//	says: text            the feedback holds the text
//	deleted: path         a file that must be gone
//	moved: old new        a file that must have been renamed
//	mode: path 100755     a mode, of the base with base-mode, of the result with mode
//	allow: delete rename chmod
//	sole: path            the only target
//	writable: path        all others are outside the targets
//
// Lines that begin otherwise say what the case is about. In files, {CR} is a carriage return, {BOM} a byte order mark, {FF}
// the byte 0xff, {FE} the byte 0xfe, {NUL} the byte 0, {SP} a blank, {TAB} a tab, {DASH} the "--" of a line that would end a file of the archive
// and {CUT} at the end of a line takes away its newline.
type patchCase struct {
	name    string
	head    map[string][]string
	base    memory
	answers []string
	want    map[string]string
}

func readCase(tb testing.TB, file string) patchCase {
	tb.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	archive := txtar.Parse(data)
	c := patchCase{
		name: strings.TrimSuffix(filepath.Base(file), ".txtar"),
		head: map[string][]string{}, base: memory{}, want: map[string]string{},
	}
	for line := range strings.Lines(string(archive.Comment)) {
		if word, value, ok := strings.Cut(line, ": "); ok && !strings.Contains(word, " ") {
			c.head[word] = append(c.head[word], strings.TrimSpace(value))
		}
	}
	for _, f := range archive.Files {
		text := decoded(string(f.Data))
		switch folder, rest, _ := strings.Cut(f.Name, "/"); {
		case folder == "base":
			c.base[decoded(rest)] = patch.Entry{Mode: patch.ModeFile, Data: []byte(text)}
		case folder == "want":
			c.want[decoded(rest)] = text
		case strings.HasPrefix(f.Name, "answer"):
			c.answers = append(c.answers, text)
		default:
			tb.Fatalf("%s: what is %s?", file, f.Name)
		}
	}
	for _, m := range c.head["base-mode"] {
		name, mode := modeOf(tb, m)
		c.base[name] = patch.Entry{Mode: mode, Data: c.base[name].Data}
	}
	return c
}

func modeOf(tb testing.TB, text string) (string, uint32) {
	tb.Helper()
	var name string
	var mode uint32
	if _, err := fmt.Sscanf(text, "%s %o", &name, &mode); err != nil {
		tb.Fatal(err)
	}
	return name, mode
}

func decoded(s string) string {
	return strings.NewReplacer("{CR}", "\r", "{BOM}", "\ufeff", "{FF}", "\xff", "{FE}", "\xfe", "{NUL}", "\x00", "{SP}", " ", "{TAB}", "\t",
		"{DASH}", "--", "{CUT}\n", "").Replace(s)
}

func (c patchCase) first(word string) string {
	if values := c.head[word]; len(values) > 0 {
		return values[0]
	}
	return ""
}

func (c patchCase) options() patch.Options {
	opt := patch.Options{Sole: c.first("sole")}
	for word := range strings.FieldsSeq(c.first("allow")) {
		switch word {
		case "delete":
			opt.Allow.Delete = true
		case "rename":
			opt.Allow.Rename = true
		case "chmod":
			opt.Allow.Chmod = true
		}
	}
	if writable := c.head["writable"]; len(writable) > 0 {
		opt.Writable = func(p string) bool { return slices.Contains(writable, p) }
	}
	return opt
}

func caseFiles(tb testing.TB) []string {
	tb.Helper()
	found, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(found) == 0 {
		tb.Fatalf("no cases: %v", err)
	}
	return found
}

// TestCases runs the corpus of odd answers, each of which must come to exactly what its file says.
func TestCases(t *testing.T) {
	t.Parallel()
	for _, file := range caseFiles(t) {
		c := readCase(t, file)
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, err := patch.Apply(c.base, c.answers, c.options())
			if why := c.first("nothing"); why != "" {
				if err == nil || !strings.Contains(err.Error(), why) {
					t.Fatalf("error %v, want one that says %q\n%+v", err, why, r)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			c.compare(t, r)
		})
	}
}

func (c patchCase) compare(t *testing.T, r patch.Result) {
	t.Helper()
	if says := c.first("says"); !strings.Contains(r.Feedback(), says) {
		t.Errorf("the feedback does not say %q:\n%s", says, r.Feedback())
	}
	if want := c.first("refused"); want != "" {
		if got := firstReason(r); got != want || len(r.Changes) > 0 {
			t.Fatalf("refused with %q, want %q\n%s\n%s", got, want, r.Feedback(), shown(r))
		}
		return
	}
	if r.Refused() {
		t.Fatalf("refused:\n%s", r.Feedback())
	}
	if tiers := c.first("tiers"); tiers != "" && r.TierCounts() != tiers {
		t.Errorf("tiers %q, want %q", r.TierCounts(), tiers)
	}
	got := map[string]string{}
	for _, change := range r.Changes {
		switch change.Action {
		case patch.Delete:
			if !slices.Contains(c.head["deleted"], change.Path) {
				t.Errorf("deleted %s", change.Path)
			}
			continue
		case patch.Rename:
			if !slices.Contains(c.head["moved"], change.From+" "+change.Path) {
				t.Errorf("renamed %s to %s", change.From, change.Path)
			}
		case patch.Modify, patch.Create, patch.Chmod:
		}
		got[change.Path] = string(change.Data)
		c.compareMode(t, change)
	}
	for name, text := range c.want {
		if data, ok := got[name]; !ok || data != text {
			t.Errorf("%s is %q (%v), want %q", name, data, ok, text)
		}
	}
	if changes := len(c.want) + len(c.head["deleted"]); len(r.Changes) != changes {
		t.Errorf("%d changes, want %d\n%s", len(r.Changes), changes, shown(r))
	}
}

func (c patchCase) compareMode(t *testing.T, change patch.Change) {
	t.Helper()
	want := patch.ModeFile
	source := change.Path
	if change.From != "" {
		source = change.From
	}
	if e, ok := c.base[source]; ok {
		want = e.Mode
	}
	for _, m := range c.head["mode"] {
		if name, mode := modeOf(t, m); name == change.Path {
			want = mode
		}
	}
	if change.Mode != want {
		t.Errorf("%s has mode %o, want %o", change.Path, change.Mode, want)
	}
}

func firstReason(r patch.Result) string {
	for _, f := range r.Files {
		for _, h := range f.Hunks {
			if h.Status == patch.Refused {
				return string(h.Reason)
			}
		}
	}
	return ""
}

func shown(r patch.Result) string {
	var out strings.Builder
	for _, c := range r.Changes {
		fmt.Fprintf(&out, "%s %s (from %q, %o):\n%s\n", c.Action, c.Path, c.From, c.Mode, c.Data)
	}
	return out.String()
}
