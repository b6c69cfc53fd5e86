package patch

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/scanner"
	"go/token"
	"path"
	"strings"
)

// syntaxError gives the parser's message for a file in a language that is known here, "" if it parses or no parser knows it.
func syntaxError(name string, data []byte) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".go":
		return goError(data)
	case ".json":
		return jsonError(path.Base(name), data)
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

// unparsable refuses a result that does not parse: of a file that is new, of one that parsed before, and of a Go file that
// was sent as a whole.
func unparsable(name string, before, after []byte, isNew, whole bool) *fault {
	problem := syntaxError(name, after)
	must := isNew || whole && path.Ext(name) == ".go"
	if problem == "" || !must && syntaxError(name, before) != "" {
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
