package report_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/report"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

const revision = "3f2a91c8d0e7"

func auditedComponent(name, outcome string, verdicts []verdict.Verdict) journal.Audited {
	return journal.Audited{
		Component: name, Outcome: outcome, Verdicts: verdicts, Tests: verdict.Tally{Passed: 9, Total: 9}, Walls: []string{"user", "pid", "net", "rlimit"},
		Sandbox: "auto", Duration: 1234,
	}
}

func refusedComponent(name string) journal.Audited {
	b := auditedComponent(name, "not-accepted", held(e3(verdict.Fail), i2(verdict.Unknown)))
	b.Blocking, b.Tests.Passed = []string{"E3", "I2"}, 7
	b.Findings = []journal.SpecFinding{
		{File: "specs/order-eligibility.spec.md", Line: 31, Col: 3, Clause: "I2", Message: "I2 is a MUST, and nothing would decide it", Fix: "name an acceptance test TestI2_..., or attach `test:`, `check:`, `forbid` or `require` to it"},
		{File: "eligibility/order_test.go", Line: 40, Col: 1, Message: "the acceptance test TestOther belongs to no clause", Fix: "begin its name with a clause's ID, as in TestE1_OutOfStock, or cite it with `test:`"},
	}
	b.Unwalled = []journal.MissingWall{{Wall: "landlock", Reason: "the kernel has none"}}
	b.Revision = revision
	return b
}

func warnedComponent(name string) journal.Audited {
	should := e3(verdict.Fail)
	should.Level = spec.Should
	b := auditedComponent(name, "accepted", held(should, i2(verdict.Pass)))
	b.Warnings = []string{"E3 fail: it failed", "nobody took the second look that evaluate.judge asks for: no model is named that could judge it"}
	b.Revision = revision
	return b
}

func brokenComponent(name string) journal.Audited {
	verdicts := held(e3(verdict.Unknown), i2(verdict.Unknown))[:2]
	verdicts[0].Reason, verdicts[1].Reason = "build: the code does not build", "build: the code does not build"
	b := auditedComponent(name, "not-accepted", verdicts)
	b.Blocking, b.Tests, b.Sandbox = []string{"E3", "I2"}, verdict.Tally{}, "off"
	b.Unwalled = []journal.MissingWall{{Wall: "user", Reason: "sandbox: off"}}
	for line := 1; line <= 12; line++ {
		b.Build = append(b.Build, verdict.Diagnostic{File: "eligibility/eligibility.go", Line: line, Message: "undefined: inventory.Reserve"})
	}
	b.Build[0] = verdict.Diagnostic{Message: "make: exit 2"}
	return b
}

func absentComponent(name string) journal.Audited {
	b := auditedComponent(name, "not-accepted", held(e3(verdict.Unknown), i2(verdict.Unknown))[:2])
	for i := range b.Verdicts {
		b.Verdicts[i].Reason = "no target file is there yet: specgen run " + name
	}
	b.Absent, b.Blocking, b.Tests, b.Walls = b.Verdicts[0].Reason, []string{"E3", "I2"}, verdict.Tally{}, nil
	return b
}

// auditCase is an audit on its way to a screen.
type auditCase struct {
	of     report.AuditOf
	bodies []journal.Body
}

func audits() map[string]auditCase {
	const name = "order-eligibility"
	one := report.AuditOf{Components: []string{name}}
	bad := journal.AuditFinished{NotAccepted: []string{name}}
	conflict := auditedComponent(name, "not-accepted", held(e3(verdict.Unknown), i2(verdict.Unknown))[:2])
	conflict.Conflict = "the acceptance tests do not parse: eligibility/order_test.go:12: expected declaration, found the end of a very long line"
	judged := auditedComponent(name, "not-accepted", held(e3(verdict.Pass), i2(verdict.Pass)))
	judged.Findings = []journal.SpecFinding{{File: "specs/x.spec.md", Line: 3, Col: 1, Clause: "E3", Message: "E3 is a MUST of edge-cases, and nothing but a model's opinion would decide it", Fix: "name a test"}}
	several := []string{"order-eligibility", "slug", "refunds", "billing", "shipping"}
	return map[string]auditCase{
		"accepted":  {one, []journal.Body{auditedComponent(name, "accepted", held(e3(verdict.Pass), i2(verdict.Pass))), journal.AuditFinished{Accepted: one.Components}}},
		"warned":    {report.AuditOf{Components: one.Components, Rev: "main"}, []journal.Body{warnedComponent(name), journal.AuditFinished{Accepted: one.Components}}},
		"refused":   {report.AuditOf{Components: one.Components, Rev: "main"}, []journal.Body{refusedComponent(name), bad}},
		"broken":    {one, []journal.Body{brokenComponent(name), bad}},
		"absent":    {one, []journal.Body{absentComponent(name), bad}},
		"conflict":  {one, []journal.Body{conflict, bad}},
		"judged":    {one, []journal.Body{judged, bad}},
		"no-clause": {one, []journal.Body{auditedComponent(name, "not-accepted", nil), bad}},
		"several": {report.AuditOf{Components: several, Rev: "main", All: true}, []journal.Body{
			auditedComponent("slug", "accepted", held(e3(verdict.Pass), i2(verdict.Pass))), refusedComponent(name), warnedComponent("refunds"),
			journal.Audited{Component: "billing", Outcome: "error", Error: &journal.Failure{Kind: "spec"}},
			absentComponent("shipping"),
			journal.AuditFinished{
				Accepted: []string{"slug", "refunds"}, NotAccepted: []string{name, "shipping"}, Errors: []string{"billing"}, Duration: 65000,
				Skipped: []journal.Skipped{{Component: "idea", Status: "draft"}, {Component: "past", Status: "superseded"}},
			},
		}},
		"all": {report.AuditOf{Components: several[:2], All: true}, []journal.Body{
			auditedComponent(several[0], "accepted", held(e3(verdict.Pass), i2(verdict.Pass))), auditedComponent(several[1], "accepted", held(e3(verdict.Pass), i2(verdict.Pass))),
			journal.AuditFinished{Accepted: several[:2]},
		}},
		"interrupted": {report.AuditOf{Components: several}, []journal.Body{
			absentComponent("slug"), journal.AuditFinished{NotAccepted: []string{"slug"}, Exit: 130, Error: &journal.Failure{Kind: "interrupted"}},
		}},
		"nothing": {report.AuditOf{All: true}, []journal.Body{journal.AuditFinished{Skipped: []journal.Skipped{{Component: "idea", Status: "draft"}}}}},
	}
}

// TestAudit compares audits on some screens with what they are known to look like: testdata/audit/AUDIT.golden, and holds them to the rules on all.
func TestAudit(t *testing.T) {
	t.Parallel()
	for name, c := range audits() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var all strings.Builder
			for screen, style := range styles() {
				got := showAudit(c, style)
				checkWidth(t, got, style)
				checkSigns(t, got, report.Style{UTF8: style.UTF8, Color: style.Color && strings.Contains(got, "\x1b")})
				_ = screen
			}
			for _, screen := range []string{"80", "80-verbose", "pipe-ascii", "140-colour"} {
				fmt.Fprintf(&all, "-- %s --\n%s", screen, showAudit(c, styles()[screen]))
			}
			golden(t, filepath.Join("testdata", "audit", name+".golden"), all.String())
		})
	}
}

func showAudit(c auditCase, style report.Style) string {
	var out bytes.Buffer
	text := report.NewAudit(&out, style, c.of)
	for i, b := range c.bodies {
		text.Event(journal.Event{V: journal.Version, Seq: i + 1, Kind: b.Kind(), Body: b})
	}
	return out.String()
}

// TestAuditCommandsNoTerminal holds the text to plain text, whatever files, code and models are called and say.
func TestAuditCommandsNoTerminal(t *testing.T) {
	t.Parallel()
	evil := "\x1b[2J\x1b]0;title\a ok\r\n\u202egnp.exe\x9b1m"
	b := brokenComponent("slug")
	b.Build[0] = verdict.Diagnostic{File: evil, Message: evil}
	b.Findings = []journal.SpecFinding{{File: evil, Message: evil, Fix: evil}}
	b.Unwalled = []journal.MissingWall{{Wall: "net", Reason: evil}}
	b.Sandbox = "auto"
	other := absentComponent("slug")
	other.Absent, other.Warnings = evil, []string{evil}
	for _, bodies := range [][]journal.Body{{b}, {other}} {
		got := showAudit(auditCase{report.AuditOf{Components: []string{"slug"}}, bodies}, report.Style{UTF8: true})
		if i := strings.IndexAny(got, "\x1b\a\r\u202e\u009b\x00"); i >= 0 {
			t.Errorf("%q at byte %d of\n%q", got[i], i, got)
		}
	}
}
