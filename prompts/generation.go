package prompts

import (
	"strings"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/spec"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Format is the form of answer that a model is asked for. What it really sends is recognised by what arrives.
type Format string

// The answer formats. Auto asks for whole files where they are new or small, and for a diff else.
const (
	Auto   Format = "auto"
	Whole  Format = "whole"
	Diff   Format = "diff"
	Blocks Format = "blocks"
)

// Shape is how an attempt builds on what came before it.
type Shape string

// The shapes of an attempt.
const (
	First      Shape = "first"
	Repair     Shape = "repair"     // shows the candidate and what fails
	Regenerate Shape = "regenerate" // shows the task with the failures as examples that must hold, and no old code
)

// Round is one attempt to be rendered: the data that flows from the loop into the render stage.
type Round struct {
	Spec     *spec.Spec
	Tree     string // the tree whose files are shown, and which the answer changes
	Shape    Shape
	Format   Format
	Feedback verdict.Feedback // what failed before; empty at first
	Trouble  string           // why the last answer could not be used; empty if it could
}

// Generation is the data of the template "generate".
type Generation struct {
	Title    string
	Spec     string       // the spec as people wrote it, without its front matter
	Files    []TargetFile // what may be written
	Targets  []string     // the globs of what may be written
	Context  []SourceFile
	Format   Format
	Shape    Shape
	Feedback verdict.Feedback
	Trouble  string
}

// SourceFile is a file that is shown.
type SourceFile struct {
	Path     string
	Language string // info string of its fence
	Text     string
}

// TargetFile is a file that may be written. Text is empty where it does not exist yet.
type TargetFile struct {
	SourceFile
	New bool
}

// Resend is the data of the template "resend": an answer could not be placed, and only what failed is asked for again.
type Resend struct {
	Feedback string // one text per hunk that was refused
	Whole    bool   // ask for the whole file this time
	Alone    bool   // the feedback says all that is needed: the conversation before it need not be sent again
}

// Source makes a file ready to be shown.
func Source(f patch.File) SourceFile {
	return SourceFile{Path: f.Path, Language: Language(f.Path), Text: string(f.Data)}
}

// Language is the info string of a fence for a path: what Markdown renderers call the language of its extension.
func Language(path string) string {
	name := path[strings.LastIndexByte(path, '/')+1:]
	ext := ""
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		ext = name[i+1:]
	}
	switch ext {
	case "py":
		return "python"
	case "js", "mjs", "cjs":
		return "javascript"
	case "ts":
		return "typescript"
	case "rs":
		return "rust"
	case "md":
		return "markdown"
	case "yml":
		return "yaml"
	case "h":
		return "c"
	}
	if strings.Trim(ext, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+") != "" {
		return "" // a file can have any name, and an info string is not data
	}
	return ext
}

// Prompt is what a model is sent, and the form of answer that it asks for.
type Prompt struct {
	Messages []model.Message
	Digest   string // hex SHA-256 over the messages
	Format   Format
	Tokens   int // estimated
}
