// Package lock is the agreed state of a component: which spec, clause by clause, which files, accepted on which evidence. It is
// a versioned file in the repository, one per component, so that parallel branches merge; squash merges drop trailers,
// so whatever must last stands here. Pure domain, no I/O.
package lock

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"sort"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Version is the format that this package writes. It reads every version up to it. A field that may be absent changes no version: who does
// not know it leaves it out, and a lock without it says nothing about it.
const Version = 1

// Folder is where the locks of a repository are.
const Folder = ".specgen/lock"

// Path is where the lock of a component is, from the root of the repository.
func Path(component string) string { return Folder + "/" + component + ".json" }

// Lock is the content of the file.
type Lock struct {
	V         int               `json:"v"`
	Component string            `json:"component"`
	Spec      Spec              `json:"spec"`
	Clauses   []Clause          `json:"clauses"` // in the spec's order
	Files     []File            `json:"files"`   // the targets, by path
	Tests     []File            `json:"tests"`   // the acceptance tests, by path
	Run       string            `json:"run"`
	Model     string            `json:"model"`
	Templates map[string]string `json:"templates"` // digest by name
	Ledger    *Ledger           `json:"ledger,omitempty"`
}

// Spec is the revision that was accepted.
type Spec struct {
	Path   string `json:"path"`
	Digest string `json:"digest"`
	Blob   string `json:"blob"` // git blob ID of the file
}

// Clause is one clause as it was accepted.
type Clause struct {
	ID      string           `json:"id"`
	Digest  string           `json:"digest"`
	Level   spec.Level       `json:"level"`
	Text    string           `json:"text"`
	Section spec.SectionKind `json:"section"`
	Status  verdict.Status   `json:"status"`
	Basis   verdict.Basis    `json:"basis"`
	// Evidence is the word of the clause's `evidence:`; "" where it has none, and in locks of before it was kept.
	Evidence spec.EvidenceKind `json:"evidence,omitempty"`
}

// File is a file as it was accepted.
type File struct {
	Path string `json:"path"`
	Blob string `json:"blob"` // git blob ID
}

// New gives the lock of an accepted candidate. files are the targets and tests the acceptance tests in its tree.
func New(sp *spec.Spec, report verdict.Report, files, tests []patch.File) Lock {
	l := Lock{
		V: Version, Component: sp.Front.Component,
		Spec:  Spec{Path: sp.Path, Digest: sp.Digest(), Blob: spec.BlobID(sp.Bytes())},
		Files: listed(files), Tests: listed(tests), Clauses: []Clause{}, Ledger: kept(report.Ledger),
	}
	for _, v := range report.Verdicts {
		agreed := Clause{
			ID: v.Clause, Digest: v.Digest, Section: v.Section, Level: v.Level, Text: v.Text, Status: v.Status, Basis: v.Basis,
		}
		if c, ok := sp.Clause(v.Clause); ok {
			agreed.Evidence = c.EvidenceKind()
		}
		l.Clauses = append(l.Clauses, agreed)
	}
	return l
}

// Judges says whether a spec and its acceptance tests still judge as those did that were agreed on.
func (l Lock) Judges(sp *spec.Spec, tests []patch.File) bool {
	return l.Spec.Digest == sp.Digest() && slices.Equal(l.Tests, listed(tests))
}

func listed(files []patch.File) []File {
	out := make([]File, 0, len(files))
	for _, f := range files {
		out = append(out, File{Path: f.Path, Blob: spec.BlobID(f.Data)})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Path < out[j].Path })
	return out
}

// Bytes is the text of the file: indented, in a fixed order, so that equal locks are equal bytes.
func (l Lock) Bytes() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(l); err != nil {
		return nil, fmt.Errorf("lock of %s: %w", l.Component, err)
	}
	return b.Bytes(), nil
}

// Parse reads a lock. path is for messages only. A newer format is an error; fields that are not known are left out.
func Parse(path string, text []byte) (Lock, error) {
	var l Lock
	if err := json.Unmarshal(text, &l); err != nil {
		return Lock{}, fmt.Errorf("%s: not a lock: %w", path, err)
	}
	if l.V < 1 || l.V > Version {
		return Lock{}, fmt.Errorf("%s: has format %d, and this specgen reads 1 to %d: use a newer one", path, l.V, Version)
	}
	return l, nil
}

// Edited gives the paths of the lock whose content is not what was accepted. present gives the content of a path, and false
// where the file is gone.
func (l Lock) Edited(present func(path string) ([]byte, bool)) []string {
	var edited []string
	for _, f := range l.Files {
		data, ok := present(f.Path)
		if !ok || spec.BlobID(data) != f.Blob {
			edited = append(edited, f.Path)
		}
	}
	return edited
}
