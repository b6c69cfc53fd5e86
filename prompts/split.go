package prompts

import (
	"errors"
	"fmt"
	"strings"
	"text/template"

	"github.com/specgen-dev/specgen/pkg/model"
)

const marker = "=== "

// split cuts a rendered text into messages at its marker lines. A line of data can never be mistaken for a marker,
// because everything that is not a template's own text is fenced or indented by the functions below.
func split(text string) ([]model.Message, error) {
	var messages []model.Message
	var body []string
	flush := func() {
		if len(messages) > 0 {
			messages[len(messages)-1].Content = strings.TrimSpace(strings.Join(body, "\n"))
		}
		body = nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		role, ok := strings.CutPrefix(line, marker)
		if !ok {
			if len(messages) == 0 && strings.TrimSpace(line) != "" {
				return nil, fmt.Errorf("text before the first %q line", marker+"system")
			}
			body = append(body, strings.TrimPrefix(line, escape))
			continue
		}
		if role != "system" && role != "user" && role != "assistant" {
			return nil, fmt.Errorf("unknown message role %q: system, user or assistant", role)
		}
		flush()
		messages = append(messages, model.Message{Role: role})
	}
	flush()
	if len(messages) == 0 {
		return nil, errors.New("no message: begin one with a line \"=== user\"")
	}
	return messages, nil
}

// escape stands before a data line that looks like a marker; split takes it away again.
const escape = "\x00"

// functions are what templates can call: fence and data put foreign text in, and keep it from being read as a marker.
func functions() template.FuncMap {
	return template.FuncMap{
		"fence":  fence,
		"data":   data,
		"quote":  Quote,
		"indent": func(prefix, text string) string { return data(prefix + strings.ReplaceAll(text, "\n", "\n"+prefix)) },
		"join":   strings.Join,
		"trim":   strings.TrimSpace,
	}
}

// data protects foreign text that is put into a template as it is.
func data(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, escape, ""), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, marker) {
			lines[i] = escape + line
		}
	}
	return strings.Join(lines, "\n")
}

// fence puts text between fences that are longer than any in it. info is the info string, such as a language.
func fence(info, text string) string {
	longest, run := 2, 0
	for _, r := range text {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	bar := strings.Repeat("`", longest+1)
	return bar + info + "\n" + data(strings.TrimSuffix(text, "\n")) + "\n" + bar
}
