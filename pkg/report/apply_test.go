package report_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/report"
)

// placements are results of the patch engine, each with what makes it worth a file.
func placements() map[string]patch.Result {
	hunk := func(n int, tier string, line int, flags ...string) patch.HunkResult {
		return patch.HunkResult{N: n, Status: patch.Applied, Tier: tier, Line: line, Flags: flags}
	}
	there := patch.HunkResult{N: 3, Status: patch.Already, Line: 140}
	refused := patch.HunkResult{
		N: 2, Status: patch.Refused, Reason: patch.NotFound,
		Message: "first diverging line of the hunk:\n  hunk: →return Eligible, nil // as long as the order is paid\n  file: →return Ineligible, nil\nnearest text:\n   40| \treturn Ineligible, nil",
	}
	order := patch.FileResult{
		Path: "eligibility/eligibility.go", Action: patch.Modify, Added: 74, Removed: 12,
		Hunks: []patch.HunkResult{hunk(1, "exact", 12), hunk(2, "indent", 57, "moved 260 lines", "re-indented by a tab"), there},
	}
	others := []patch.FileResult{
		{Path: "inventory/warehouses/north/client_with_a_rather_long_name.go", Action: patch.Create, Added: 120, Hunks: []patch.HunkResult{hunk(1, "whole", 0)}},
		{Path: "shop/new.go", From: "shop/old.go", Action: patch.Rename, Added: 1, Removed: 1, Hunks: []patch.HunkResult{hunk(1, "exact", 3)}},
		{Path: "shop/gone.go", Action: patch.Delete, Removed: 8, Hunks: []patch.HunkResult{hunk(1, "whole", 0)}},
		{Path: "tool.sh", Action: patch.Chmod, Hunks: []patch.HunkResult{hunk(1, "whole", 0)}},
	}
	bad := order
	bad.Hunks = []patch.HunkResult{hunk(1, "exact", 12), refused}
	kept := order
	kept.Added, kept.Removed, kept.Hunks = 0, 0, []patch.HunkResult{{N: 1, Status: patch.Already, Line: 12}}
	outside := patch.FileResult{Path: "../evil\x1b[2J\u202egpj.sh", Action: patch.Modify, Hunks: []patch.HunkResult{
		{N: 1, Status: patch.Refused, Reason: patch.ForbiddenPath, Message: "the path has the part \"..\"; leave this file out"},
	}}
	return map[string]patch.Result{
		"applied": {Files: append([]patch.FileResult{order}, others...), Changes: make([]patch.Change, 5)},
		"refused": {Files: append([]patch.FileResult{bad, outside}, others[:2]...)},
		"already": {Files: []patch.FileResult{kept}},
	}
}

// TestPlacement compares the report on each result, on each screen, with what it is known to look like.
func TestPlacement(t *testing.T) {
	t.Parallel()
	for name, r := range placements() {
		for screen, style := range styles() {
			if style.Table || style.Verbose {
				continue // these ask for nothing more here
			}
			t.Run(name+"/"+screen, func(t *testing.T) {
				t.Parallel()
				var out bytes.Buffer
				report.Placement(&out, style, r, true)
				table, _, _ := strings.Cut(out.String(), "send this back")
				checkWidth(t, table, style)
				if strings.Contains(out.String(), "\x1b[2J") || strings.Contains(out.String(), "\u202e") {
					t.Error("a path commands the terminal")
				}
				if !style.UTF8 {
					for _, r := range table {
						if r >= utf8.RuneSelf && r != '→' { // a sign of the message
							t.Errorf("%q cannot be shown without UTF-8", r)
						}
					}
				}
				golden(t, filepath.Join("testdata", "apply", name+"."+screen+".golden"), out.String())
			})
		}
	}
}

// TestPlacementChecked says that nothing was written where nothing was to be.
func TestPlacementChecked(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	report.Placement(&out, report.Style{}, placements()["applied"], false)
	if !strings.Contains(out.String(), "\nwould apply   5 files: ") {
		t.Errorf("got\n%s", out.String())
	}
}

// TestPlacementBar keeps to proportions: a bar is never longer than there is room, and both signs show where both happened.
func TestPlacementBar(t *testing.T) {
	t.Parallel()
	file := func(path string, added, removed int) patch.FileResult {
		return patch.FileResult{Path: path, Action: patch.Modify, Added: added, Removed: removed, Hunks: []patch.HunkResult{{N: 1, Status: patch.Applied, Tier: "exact", Line: 1}}}
	}
	r := patch.Result{Files: []patch.FileResult{file("big", 100_000, 1), file("small", 1, 0), file("even", 50_000, 50_000)}, Changes: make([]patch.Change, 3)}
	for _, width := range []int{1, 20, 40, 80, 0} {
		var out bytes.Buffer
		report.Placement(&out, report.Style{Width: width}, r, true)
		text := out.String()
		if n := strings.Count(text, "+") + strings.Count(text, "-"); n > 2*max(width, 60) {
			t.Errorf("%d signs at %d columns:\n%s", n, width, text)
		}
		if big, _, _ := strings.Cut(text, "\n"); width >= 40 && (!strings.Contains(big, "+") || !strings.HasSuffix(big, "-")) {
			t.Errorf("the one removed line is not seen: %s", big)
		}
	}
}
