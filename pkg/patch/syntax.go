package patch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/scanner"
	"go/token"
	"path"
	"strings"

	"github.com/goccy/go-yaml"
	yamlparser "github.com/goccy/go-yaml/parser"
)

// Limits up to which YAML is parsed, so that the guard takes a bounded time: the parser needs a third of a second for a file
// of the largest size, and its time and its stack grow with the square of the depth.
const (
	maxYAML      = 1 << 18 // bytes
	maxYAMLDepth = 200     // open brackets, or columns before the first word of a line
)

// syntaxError gives the parser's message for a file in a language that is known here, "" if it parses or no parser knows it.
func syntaxError(name string, data []byte) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".go":
		return goError(data)
	case ".json":
		return jsonError(path.Base(name), data)
	case ".yaml", ".yml":
		return yamlError(data)
	}
	return ""
}

// yamlError checks YAML of one or more documents. What is too large or too deep is left alone, and so is what the parser
// itself fails on.
func yamlError(data []byte) (problem string) {
	if len(data) > maxYAML || deepYAML(data) {
		return ""
	}
	defer func() {
		if recover() != nil {
			problem = "" // a fault of the parser says nothing about the file
		}
	}()
	_, err := yamlparser.ParseBytes(data, 0)
	var syntax yaml.Error
	if errors.As(err, &syntax) && syntax.GetToken() != nil && syntax.GetToken().Position != nil {
		at := syntax.GetToken().Position
		return fmt.Sprintf("line %d:%d: %s", at.Line, at.Column, syntax.GetMessage())
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func goError(data []byte) string {
	_, err := parser.ParseFile(token.NewFileSet(), "", data, parser.SkipObjectResolution)
	var list scanner.ErrorList
	if errors.As(err, &list) && len(list) > 0 {
		return fmt.Sprintf("line %d:%d: %s", list[0].Pos.Line, list[0].Pos.Column, list[0].Msg)
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// jsonError checks JSON. Editors' and compilers' settings are JSON with comments and are left alone.
func jsonError(base string, data []byte) string {
	if strings.HasPrefix(base, "tsconfig") || strings.HasPrefix(base, "jsconfig") || strings.HasPrefix(base, ".") {
		return ""
	}
	var value any
	err := json.Unmarshal(data, &value)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		line := 1 + strings.Count(string(data[:min(int(syntax.Offset), len(data))]), "\n")
		return fmt.Sprintf("line %d: %s", line, syntax.Error())
	case err != nil:
		return err.Error()
	}
	return ""
}

func deepYAML(data []byte) bool {
	depth, lead := 0, 0
	for _, c := range data {
		switch c {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(0, depth-1)
		}
		switch {
		case c == '\n':
			lead = 0
		case lead >= 0 && bytes.IndexByte([]byte(" \t-?:!&*"), c) >= 0:
			lead++
		default:
			lead = -1
		}
		if depth > maxYAMLDepth || lead > maxYAMLDepth {
			return true
		}
	}
	return false
}

// unparsable refuses a result that does not parse: of a file that is new, of one that parsed before, and of a Go file that
// was sent as a whole. YAML that is new is left alone: it may be a template, of which YAML is made only later.
func unparsable(name string, before, after []byte, isNew, whole bool) *fault {
	isGo, isJSON := strings.EqualFold(path.Ext(name), ".go"), strings.EqualFold(path.Ext(name), ".json")
	must := isNew && (isGo || isJSON) || whole && isGo
	if isGo && !must && stillParses(before, after) {
		return nil
	}
	problem := syntaxError(name, after)
	if problem == "" || !must && (isNew || syntaxError(name, before) != "") {
		return nil
	}
	return &fault{reason: Unparsable, message: "the file would not parse: " + problem + quoteLine(problem, after)}
}

// quoteLine shows the line that a parser complains about.
func quoteLine(problem string, data []byte) string {
	var n int
	if _, err := fmt.Sscanf(problem, "line %d", &n); err != nil {
		return ""
	}
	lines := splitLines(string(data))
	if n < 1 || n > len(lines) {
		return ""
	}
	return ": " + visible(lines[n-1])
}
