package syntax_test

import (
	"embed"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/specgen-dev/specgen/pkg/syntax"
)

// truth holds hostile programs, and random ones that a language's own tools accept, each with the names that those tools see in it:
// what they see is code, and what they do not is a comment or a literal.
//
//go:embed testdata/truth/*.json
var truth embed.FS

func TestNamesAreThoseThatTheLanguagesOwnToolsSee(t *testing.T) {
	t.Parallel()
	entries, err := truth.ReadDir("testdata/truth")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := truth.ReadFile("testdata/truth/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		var recorded struct {
			By    string `json:"by"`
			Cases []struct {
				Ext   string   `json:"ext"`
				Code  string   `json:"code"`
				Names []string `json:"names"`
			} `json:"cases"`
		}
		if err := json.Unmarshal(data, &recorded); err != nil {
			t.Fatal(err)
		}
		doubts := 0
		for _, c := range recorded.Cases {
			f := syntax.Read("a"+c.Ext, c.Code)
			if len(f.Doubts) > 0 {
				doubts++
				continue
			}
			names := []string{}
			f.Names(func(name string, _ int) {
				if name[0] == '#' {
					name = name[1:] // the tools give private names without their mark
				}
				names = append(names, name)
			})
			if diff := cmp.Diff(c.Names, names); diff != "" {
				t.Errorf("%s: %q\n%s", recorded.By, c.Code, diff)
			}
		}
		// Doubt is always allowed, and no excuse: the C programs of the random kind are the oddest.
		if doubts*2 > len(recorded.Cases) || len(recorded.Cases) < 100 {
			t.Errorf("%s: %d of %d programs are doubted", e.Name(), doubts, len(recorded.Cases))
		}
	}
}
