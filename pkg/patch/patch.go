// Package patch reads the changes that a model wrote, in whatever format they arrive, and places them on a base tree: right,
// or refused with a reason that a model can act on, never wrong. Pure domain, no I/O: the base is an interface.
//
// Header numbers are hints and the hunk's body is the truth; a match must be unique at every tier; the bytes of the result
// come from the file and not from the model's memory of it; all files change or none.
package patch

// Git's file modes, as far as patches meet them.
const (
	ModeFile       uint32 = 0o100644
	ModeExecutable uint32 = 0o100755
	ModeSymlink    uint32 = 0o120000
	ModeSubmodule  uint32 = 0o160000
	ModeDir        uint32 = 0o040000
	ModeOther      uint32 = 0o010000 // what git does not keep: pipes, sockets, devices
)

// Entry is what a tree holds at a path. Data is nil for directories and submodules.
type Entry struct {
	Mode uint32
	Data []byte
}

// Tree answers what the base holds. Paths are relative and slash-separated.
type Tree interface {
	// Lookup gives the entry at path, following nothing. ok is false where nothing is.
	Lookup(path string) (e Entry, ok bool, err error)
	// Names lists the names in a directory; "" is the root. Absent directories have none.
	Names(dir string) ([]string, error)
}

// Prefetcher is a Tree that can read files before it is asked for them. The paths are those that an answer seems to name.
type Prefetcher interface {
	Tree
	Prefetch(paths []string)
}

// Action is what happens to a file.
type Action string

// The things a patch can do to a file.
const (
	Modify Action = "modify"
	Create Action = "create"
	Delete Action = "delete"
	Rename Action = "rename"
	Chmod  Action = "mode"
)

// Change is one file of the result.
type Change struct {
	Path   string
	From   string // the old path of a rename
	Action Action
	Mode   uint32
	Data   []byte // the whole new content; nil for a deletion
}

// Reason is why a hunk or a file was refused.
type Reason string

// The reasons for a refusal. Each has a text for the model.
const (
	NotFound      Reason = "NOT-FOUND"
	Ambiguous     Reason = "AMBIGUOUS"
	OmitsLine     Reason = "OMITS-LINE"
	EditInContext Reason = "EDIT-IN-CONTEXT"
	Indent        Reason = "INDENT"
	NoOp          Reason = "NO-OP"
	Placeholder   Reason = "PLACEHOLDER"
	Markers       Reason = "MARKERS"
	Overlap       Reason = "OVERLAP"
	NoAnchor      Reason = "NO-ANCHOR"
	ForbiddenPath Reason = "FORBIDDEN-PATH"
	Exists        Reason = "EXISTS"
	Missing       Reason = "MISSING"
	Unparsable    Reason = "UNPARSABLE"
	Unsupported   Reason = "UNSUPPORTED"
	TooLarge      Reason = "TOO-LARGE"
	Truncated     Reason = "TRUNCATED" // the answer ends inside it
)

// HunkStatus is what became of a hunk.
type HunkStatus string

// The fates of a hunk.
const (
	Applied HunkStatus = "applied"
	Already HunkStatus = "already" // the file holds the result
	Refused HunkStatus = "refused"
)

// HunkResult says what became of one hunk, or of a whole file where the format has no hunks.
type HunkResult struct {
	N          int        `json:"n"` // 1-based within the file
	Status     HunkStatus `json:"status"`
	Tier       string     `json:"tier,omitempty"` // exact, rstrip, indent, trim, ... ; whole for whole files
	Line       int        `json:"line,omitempty"` // 1-based line of the base where it went
	Flags      []string   `json:"flags,omitempty"`
	Reason     Reason     `json:"reason,omitempty"`
	Candidates []int      `json:"candidates,omitempty"` // lines of the base that match equally well
	Message    string     `json:"message,omitempty"`    // the text for the model: first diverging line, nearest real text

	again again
}

// FileResult says what became of one file.
type FileResult struct {
	Path    string       `json:"path"`
	From    string       `json:"from,omitempty"` // the old path of a rename
	Action  Action       `json:"action"`
	Hunks   []HunkResult `json:"hunks"`
	Added   int          `json:"added"`   // lines, of what is applied
	Removed int          `json:"removed"` // lines, of what is applied
}

// Result is the outcome of an application. Changes is empty if anything was refused: all or nothing.
type Result struct {
	Files   []FileResult
	Changes []Change
}

// Options are the rules of one application.
type Options struct {
	Writable  func(path string) bool   // nil: everything
	Protected func(path string) string // why a path must not be written even if Writable; "" if it may
	Allow     Permissions
	Sole      string // where a bare code block without a path goes; "" refuses it
	Similar   bool   // also place hunks by similarity alone; each such hunk is flagged needs-review
	SkipParse bool   // do not ask that a file which parsed before parses after
	MaxFiles  int    // 0: 100
	MaxBytes  int    // 0: 1 MiB
}

// Permissions are what a spec must grant beyond changing and adding files.
type Permissions struct{ Delete, Rename, Chmod bool }

// File is a file of a tree with its content, as prompts and evaluators read it.
type File struct {
	Path string
	Mode uint32
	Data []byte
}

// Candidate is a tree with a patch applied: what is evaluated.
type Candidate struct {
	Base    string // ID of the tree that it stands on
	Tree    string // ID of the tree with the changes
	Changes []Change
	Files   []FileResult // where each hunk went
	Repairs []Repair     // what formatters changed afterwards
}

// Repair is a mechanical correction of a written file, made without a model.
type Repair struct {
	Path string `json:"path"`
	Tool string `json:"tool"` // gofmt, imports, or a format command of the spec
	Note string `json:"note"` // such as: dropped "os", added "fmt"
}

// Delta is a path at which two trees differ, as it is in the second of them.
type Delta struct {
	Path string
	Mode uint32 // 0: gone
	Blob string // ID of the content
}
