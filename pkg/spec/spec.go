// Package spec reads, prints, digests and edits specifications: the files that say what a component must do, and that
// people version and defend. It is the ground floor of specgen: pure, without I/O, and it imports nothing of the project.
//
// A spec is Markdown with front matter, or the same text pasted without any markup. Parsing keeps the position of
// everything, and printing gives back the bytes that were read, so that an edit changes what it names and nothing else.
package spec

// Position is a place in a spec file.
type Position struct {
	Line int `json:"line"` // 1-based
	Col  int `json:"col"`  // 1-based, in bytes
}

// SectionKind is what a section means, whatever its heading says.
type SectionKind string

// The sections that specgen knows. Clauses live in the first four only.
const (
	Behavior   SectionKind = "behavior"
	EdgeCases  SectionKind = "edge-cases"
	Invariants SectionKind = "invariants"
	NonGoals   SectionKind = "non-goals"
	Intent     SectionKind = "intent"
	Interface  SectionKind = "interface"
	Examples   SectionKind = "examples"
	Decisions  SectionKind = "decisions"
	Other      SectionKind = "other"
)

// Level is how binding a clause is, in the words of RFC 2119. A clause without such a word is a MUST.
type Level string

// The three levels, strongest first. MUST NOT, SHALL, REQUIRED are MUST; RECOMMENDED is SHOULD; OPTIONAL is MAY.
const (
	Must   Level = "MUST"
	Should Level = "SHOULD"
	May    Level = "MAY"
)

// Status is where a spec stands in its life.
type Status string

// The states of a spec. An absent status is Active. Draft and superseded specs do not run in a batch.
const (
	Draft      Status = "draft"
	Active     Status = "active"
	Deprecated Status = "deprecated"
	Superseded Status = "superseded"
)

// Front is the front matter. Every key is optional in the file; Component defaults to the file's name.
type Front struct {
	Component    string            `yaml:"component" json:"component"`
	Status       Status            `yaml:"status" json:"status"`
	Owner        string            `yaml:"owner" json:"owner,omitempty"`
	Targets      []string          `yaml:"targets" json:"targets"`           // globs: the only paths that a run may write
	Context      []string          `yaml:"context" json:"context,omitempty"` // globs: read-only files shown to the model
	Tests        Tests             `yaml:"tests" json:"tests"`               // acceptance tests, part of the spec
	Checks       map[string]string `yaml:"checks" json:"checks,omitempty"`   // name -> command
	Depends      []string          `yaml:"depends" json:"depends,omitempty"` // components that must be accepted first
	Prepare      []string          `yaml:"prepare" json:"prepare,omitempty"` // commands run on the base tree, with network
	Cache        []string          `yaml:"cache" json:"cache,omitempty"`     // paths that persist between checkouts
	Retired      []string          `yaml:"retired" json:"retired,omitempty"` // clause IDs never to be used again
	Allow        []string          `yaml:"allow" json:"allow,omitempty"`     // delete, rename, chmod
	Format       []string          `yaml:"format" json:"format,omitempty"`   // formatter commands, run on written targets
	Review       string            `yaml:"review" json:"review,omitempty"`   // cadence of review
	SupersededBy string            `yaml:"superseded_by" json:"superseded_by,omitempty"`
}

// Tests names the acceptance tests of a component and how they are run.
type Tests struct {
	Files   []string `yaml:"files" json:"files,omitempty"`     // globs; never writable by a run
	Runner  string   `yaml:"runner" json:"runner,omitempty"`   // go, junit, tap or exit; empty when Command is empty
	Command string   `yaml:"command" json:"command,omitempty"` // shell command; the runner's default when empty
	Report  []string `yaml:"report" json:"report,omitempty"`   // globs of the XML files that a junit command writes
	Sealed  []string `yaml:"sealed" json:"sealed,omitempty"`   // globs of tests whose results the generator never sees
}

// Spec is one parsed spec file. It is immutable: edits give a new one.
type Spec struct {
	Path     string // as handed to Parse: repository-relative, slash-separated
	Front    Front
	Title    string
	Sections []*Section // in document order
	Findings []Finding  // what the parser noticed and could live with, such as positional IDs

	src      []byte
	body     int // where the front matter ends
	surface  []CodeBlock
	examples []Example
	// lastExample is the last item of the examples' list, empty where they are no list
	lastExample listEnd
	plain       bool                // pasted text: section titles without markup
	pos         map[string]Position // of the front matter's keys and entries
}

// Section is one heading with what stands below it, up to the next section.
type Section struct {
	Kind    SectionKind
	Title   string // as written
	Pos     Position
	Body    string    // the bytes between the heading and the next section
	Clauses []*Clause // only in the four clause sections
	start   int       // byte offsets into the source: heading start, body start, end
	body    int
	end     int
}

// Clause is one obligation.
type Clause struct {
	ID          string // explicit, or positional such as E3
	Positional  bool   // the ID was counted and does not stand in the file
	Section     SectionKind
	Level       Level
	Text        string // as written without bullet, ID and attachments; lines joined by one blank
	Attachments []Attachment
	Pos         Position

	// byte offsets into the source
	item      int // the line that the clause begins on
	start     int // the first byte after the bullet
	textStart int // the first byte after the ID
	textEnd   int // the end of its own text, before the attachments
	end       int // the end of its last line
	bullet    int // column of the bullet; -1 for a paragraph

	lead  bool // its own text is one paragraph, so that a sentence can follow on its last line
	split bool // text stands behind an attachment, so that there is no one end
}

// AttachmentKind is the word before the colon of a nested item.
type AttachmentKind string

// The attachments that a clause can carry.
const (
	AttachCheck    AttachmentKind = "check"
	AttachTest     AttachmentKind = "test"
	AttachForbid   AttachmentKind = "forbid"
	AttachRequire  AttachmentKind = "require"
	AttachEvidence AttachmentKind = "evidence"
	AttachWaive    AttachmentKind = "waive"
)

// Attachment is a nested item `word: value` that ties a clause to its evidence.
type Attachment struct {
	Kind AttachmentKind `json:"kind"`
	// Subject is what a rule speaks of: import, call, identifier, text, path or dependency. Empty but for forbid and require.
	Subject string `json:"subject,omitempty"`
	// Value is the name, glob, command, pattern or evidence word, without quotes. For a waiver it is the reason.
	Value string `json:"value"`
	// Command says that a check's value is a command (it stood in backquotes) and not a name of the front matter.
	Command bool     `json:"command,omitempty"`
	Until   string   `json:"until,omitempty"` // waiver: last day it holds, YYYY-MM-DD
	By      string   `json:"by,omitempty"`    // waiver: who granted it
	Pos     Position `json:"pos"`
}

// Finding is a remark about a spec that does not stop it from being used.
type Finding struct {
	Rule    string   `json:"rule"` // SG001 and the like
	Pos     Position `json:"pos"`
	Message string   `json:"message"`
	Fix     string   `json:"fix,omitempty"` // what to do, as a sentence
}
