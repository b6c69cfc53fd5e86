package spec

import (
	"crypto/sha1" //nolint:gosec // git names its blobs by SHA-1
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strings"
)

// Digests change when, and only when, what they cover changes. Each field is written with its length before it, and
// each list with its number of entries, so that no two different contents give the same bytes. The first field is a
// version, for the day when the form must change.
type digester struct{ h hash.Hash }

func newDigester(version string) digester {
	d := digester{sha256.New()}
	d.field(version)
	return d
}

func (d digester) count(n int) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n)) //nolint:gosec // a length is never negative
	d.h.Write(b[:])
}

func (d digester) field(text string) {
	d.count(len(text))
	d.h.Write([]byte(text))
}

func (d digester) list(texts []string) {
	d.count(len(texts))
	for _, text := range texts {
		d.field(text)
	}
}

// set writes a list whose order says nothing.
func (d digester) set(texts []string) { d.list(slices.Sorted(slices.Values(texts))) }

func (d digester) sum() string { return hex.EncodeToString(d.h.Sum(nil)) }

// fold makes any run of white space one blank, so that wrapping a line differently is no change.
func fold(text string) string { return strings.Join(strings.Fields(text), " ") }

// Digest covers the clause's section, level, text and attachments. It does not cover its ID, its place and a waiver,
// nor the order of its attachments. Hex SHA-256.
func (c *Clause) Digest() string {
	d := newDigester("specgen clause 1")
	d.field(string(c.Section))
	d.field(string(c.Level))
	d.field(fold(c.Text))
	var attached []string
	for _, a := range c.Attachments {
		if a.Kind != AttachWaive {
			attached = append(attached, a.digest())
		}
	}
	d.set(attached)
	return d.sum()
}

func (a Attachment) digest() string {
	d := newDigester("specgen attachment 1")
	d.list([]string{string(a.Kind), a.Subject, fold(a.Value), fmt.Sprint(a.Command)})
	return d.sum()
}

// Digest is the spec's revision. It covers the clauses (not their order), Intent, Interface, tests, checks and targets,
// and nothing else: owner, status, review, decisions and examples can change without making code stale. Hex SHA-256.
func (s *Spec) Digest() string {
	d := newDigester("specgen spec 1")
	var clauses []string
	for _, c := range s.Clauses() {
		clauses = append(clauses, c.Digest())
	}
	d.set(clauses)
	for _, kind := range []SectionKind{Intent, Interface} {
		d.list(s.bodies(kind))
	}
	t := s.Front.Tests
	d.field(t.Runner)
	d.field(fold(t.Command))
	for _, globs := range [][]string{t.Files, t.Report, t.Sealed, s.Front.Targets} {
		d.set(globs)
	}
	d.count(len(s.Front.Checks))
	for _, name := range slices.Sorted(maps.Keys(s.Front.Checks)) {
		d.field(name)
		d.field(fold(s.Front.Checks[name]))
	}
	return d.sum()
}

func (s *Spec) bodies(kind SectionKind) []string {
	var out []string
	for _, section := range s.Sections {
		if section.Kind == kind {
			out = append(out, fold(section.Body))
		}
	}
	return out
}

// BlobID is the ID that git gives to a file with this content: hex SHA-1.
func BlobID(content []byte) string {
	sum := sha1.Sum(append(fmt.Appendf(nil, "blob %d\x00", len(content)), content...)) //nolint:gosec // git names its blobs by SHA-1
	return hex.EncodeToString(sum[:])
}
