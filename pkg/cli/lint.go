package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/report"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/stage/evaluate"
)

type lintOptions struct {
	Names []string // components or paths; none: all specs
	JSON  bool
}

func (a *app) lintCommand() *cli.Command {
	var o lintOptions
	return a.command("lint", "[COMPONENT | FILE ...]", "check that specs can be read, and list their clauses",
		"Reads the specs of the working tree, all or those that are named, and reports what is wrong with them by file, line and\ncolumn. Writes nothing. Exits with 2 if a spec has an error, and 0 with warnings alone.",
		[]cli.Flag{
			&cli.BoolFlag{Name: "json", Usage: "one JSON object: findings, and every clause with its attachments and place", Destination: &o.JSON},
		},
		func(c *cli.Context) error {
			o.Names = c.Args().Slice()
			return runLint(c.Context, a.env, o)
		})
}

// lintReport is what `lint --json` prints.
type lintReport struct {
	V        int           `json:"v"`
	Findings []lintFinding `json:"findings"`
	Clauses  []lintClause  `json:"clauses"`
	Specs    int           `json:"specs"`
	// Examples are the fixtures of the specs' Examples sections, by component: tests can read them.
	Examples map[string]json.RawMessage `json:"examples"`
}

type lintFinding struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Col      int    `json:"col"`
	Severity string `json:"severity"` // error, warning
	Rule     string `json:"rule"`
	Message  string `json:"message"`
	Fix      string `json:"fix,omitempty"`
	excerpt  string
}

type lintClause struct {
	ID          string            `json:"id"`
	Positional  bool              `json:"positional,omitempty"`
	Component   string            `json:"component"`
	Section     spec.SectionKind  `json:"section"`
	Level       spec.Level        `json:"level"`
	Text        string            `json:"text"`
	Attachments []spec.Attachment `json:"attachments"`
	Digest      string            `json:"digest"`
	File        string            `json:"file"`
	Line        int               `json:"line"`
}

func runLint(ctx context.Context, env Env, o lintOptions) error {
	files, err := lintFiles(ctx, env, o.Names)
	if err != nil {
		return err
	}
	found := lintReport{V: 1, Findings: []lintFinding{}, Clauses: []lintClause{}, Specs: len(files), Examples: map[string]json.RawMessage{}}
	for _, f := range files {
		found.read(f)
	}
	if o.JSON {
		enc := json.NewEncoder(env.Stdout)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(found); err != nil {
			return err
		}
	} else {
		found.print(env.Stdout)
	}
	if found.count("error") > 0 {
		return exitError{ExitUsage}
	}
	return nil
}

// lintFiles gives the specs to check. It works in a repository without a commit too.
func lintFiles(ctx context.Context, env Env, names []string) ([]patch.File, error) {
	p, err := openProject(ctx, env, "", config.Flags{})
	if err != nil {
		return nil, err
	}
	files, err := p.specFiles(ctx)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		if len(files) == 0 {
			return nil, usage("specgen new NAME writes a spec from a template", "there are no specs: no file matches %v", p.config.Specs())
		}
		return files, nil
	}
	var chosen []patch.File
	for _, name := range names {
		f, ok := p.chosen(env, files, name)
		if !ok {
			return nil, p.unknownComponent(name, components(files))
		}
		chosen = append(chosen, f)
	}
	return chosen, nil
}

func (p *project) chosen(env Env, files []patch.File, name string) (patch.File, bool) {
	byPath := p.relative(env, name)
	for _, f := range files {
		sp, err := spec.Parse(f.Path, f.Data)
		if f.Path == byPath || stem(f.Path) == name || (err == nil && sp.Front.Component == name) {
			return f, true
		}
	}
	return patch.File{}, false
}

func components(files []patch.File) []string {
	var names []string
	for _, f := range files {
		name := stem(f.Path)
		if sp, err := spec.Parse(f.Path, f.Data); err == nil {
			name = sp.Front.Component
		}
		names = append(names, name)
	}
	return names
}

func (r *lintReport) read(f patch.File) {
	sp, err := spec.Parse(f.Path, f.Data)
	if errs, ok := errors.AsType[spec.Errors](err); ok {
		for _, e := range errs {
			r.Findings = append(r.Findings, lintFinding{
				File: e.Path, Line: e.Pos.Line, Col: e.Pos.Col, Severity: "error", Rule: e.Rule, Message: e.Message, Fix: e.Hint, excerpt: e.Excerpt,
			})
		}
	}
	if sp == nil || err != nil {
		return
	}
	if fixture, err := sp.Fixture(); err == nil && len(sp.Examples()) > 0 {
		r.Examples[sp.Front.Component] = fixture
	}
	for _, n := range sp.Findings {
		r.Findings = append(r.Findings, lintFinding{
			File: sp.Path, Line: n.Pos.Line, Col: n.Pos.Col, Severity: "warning", Rule: n.Rule, Message: n.Message, Fix: n.Fix,
		})
	}
	for _, p := range evaluate.RuleProblems(sp) {
		r.Findings = append(r.Findings, lintFinding{
			File: p.Path, Line: p.Pos.Line, Col: p.Pos.Col, Severity: "error", Rule: spec.RuleBadPattern, Message: p.Message, Fix: p.Fix,
		})
	}
	for _, c := range sp.Clauses() {
		attachments := c.Attachments
		if attachments == nil {
			attachments = []spec.Attachment{}
		}
		r.Clauses = append(r.Clauses, lintClause{
			ID: c.ID, Positional: c.Positional, Component: sp.Front.Component, Section: c.Section, Level: c.Level, Text: c.Text,
			Attachments: attachments, Digest: c.Digest(), File: sp.Path, Line: c.Pos.Line,
		})
	}
}

func (r *lintReport) count(severity string) int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == severity {
			n++
		}
	}
	return n
}

func (r *lintReport) print(w io.Writer) {
	for _, f := range r.Findings {
		_, _ = fmt.Fprintf(w, "%s:%d:%d: %-7s %s %s\n", f.File, f.Line, f.Col, f.Severity, f.Rule, f.Message)
		if f.excerpt != "" {
			_, _ = fmt.Fprintf(w, "%s\n", f.excerpt)
		}
		if f.Fix != "" {
			_, _ = fmt.Fprintf(w, "  %s\n", f.Fix)
		}
	}
	if len(r.Findings) > 0 {
		_, _ = fmt.Fprintln(w)
	}
	_, _ = fmt.Fprintf(w, "%s, %s in %s with %s\n", report.Count(r.count("error"), "error"), report.Count(r.count("warning"), "warning"),
		report.Count(r.Specs, "spec"), report.Count(len(r.Clauses), "clause"))
}
