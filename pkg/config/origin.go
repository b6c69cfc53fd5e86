package config

import (
	"fmt"
	"strings"
)

// Source is where a value can come from, weakest first.
type Source string

// The sources, in the order in which one beats the other.
const (
	FromDefault     Source = "default"
	FromUser        Source = "user"        // the user's own configuration
	FromFile        Source = "file"        // specgen.yaml of the repository
	FromEnvironment Source = "environment" // OPENAI_BASE_URL, SPECGEN_MODEL
	FromFlag        Source = "flag"
)

// Origin is where one value came from.
type Origin struct {
	Source Source `json:"source"`
	Name   string `json:"name,omitempty"` // path, variable or flag
	Line   int    `json:"line,omitempty"` // 1-based; in files only
	Col    int    `json:"col,omitempty"`  // 1-based, in bytes
}

// String says it the way that a person finds the place: specgen.yaml:4:9, flag --model, environment OPENAI_BASE_URL.
func (o Origin) String() string {
	switch o.Source {
	case FromFile, FromUser:
		if o.Line == 0 {
			return o.Name
		}
		return fmt.Sprintf("%s:%d:%d", o.Name, o.Line, o.Col)
	case FromEnvironment, FromFlag, FromDefault:
	}
	return strings.TrimSpace(string(o.Source) + " " + o.Name)
}

// foreign says that the repository chose the value and not the person who runs specgen.
func (o Origin) foreign() bool { return o.Source == FromFile }

// invocation says that the value was given for this very call, by flag or environment.
func (o Origin) invocation() bool { return o.Source == FromFlag || o.Source == FromEnvironment }
