package patch

import (
	"fmt"
	"strings"
)

// Feedback is the text for the model: for each refused hunk what is wrong with it, and which hunks to send again. It is
// empty if nothing was refused.
func (r Result) Feedback() string {
	var out strings.Builder
	for _, f := range r.Files {
		if f.refused() > 0 {
			out.WriteString(f.feedback())
		}
	}
	if out.Len() == 0 {
		return ""
	}
	return strings.TrimRight(out.String(), "\n")
}

func (f FileResult) feedback() string {
	var out strings.Builder
	var refused, matched []int
	said := map[string]bool{}
	for _, h := range f.Hunks {
		if h.Status != Refused {
			matched = append(matched, h.N)
			continue
		}
		refused = append(refused, h.N)
		if len(f.Hunks) > 1 && said[h.Message] && f.refused() == len(f.Hunks) {
			continue // one reason for the whole file is told once
		}
		said[h.Message] = true
		out.WriteString(h.feedback(f))
	}
	fmt.Fprintf(&out, "%s\n\n", f.request(refused, matched))
	return out.String()
}

func (h HunkResult) feedback(f FileResult) string {
	place := "file " + f.Path
	if f.Path == "" {
		place = "a change without a path"
	}
	if len(f.Hunks) > 1 {
		place = fmt.Sprintf("hunk %d of %d, %s", h.N, len(f.Hunks), place)
	}
	reason := string(h.Reason)
	if len(h.Candidates) == 1 {
		reason += fmt.Sprintf(" (line %d)", h.Candidates[0])
	} else if len(h.Candidates) > 1 {
		reason += " (lines " + list(h.Candidates, 8) + ")"
	}
	return fmt.Sprintf("%s: %s: %s\n", place, reason, h.Message)
}

// request says what to send again.
func (f FileResult) request(refused, matched []int) string {
	switch {
	case f.Hunks[0].Reason == ForbiddenPath:
		return "Send the answer again without this file."
	case len(matched) > 0:
		return fmt.Sprintf("%s matched; re-send only %s.", sentence(plural("hunk", matched)), plural("hunk", refused))
	case len(f.Hunks) > 1:
		return "Re-send all hunks of this file."
	}
	return "Re-send this file's change."
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// plural gives "hunk 3" or "hunks 1, 2, 4-7".
func plural(word string, numbers []int) string {
	var parts []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		switch {
		case j > i+1:
			parts = append(parts, fmt.Sprintf("%d-%d", numbers[i], numbers[j]))
		case j == i+1:
			parts = append(parts, fmt.Sprint(numbers[i]), fmt.Sprint(numbers[j]))
		default:
			parts = append(parts, fmt.Sprint(numbers[i]))
		}
		i = j + 1
	}
	if len(numbers) != 1 {
		word += "s"
	}
	return word + " " + strings.Join(parts, ", ")
}
