package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdJSON asserts one value of a JSON stream's last event: json FILE [KIND:]PATH WANT
//
// FILE may be stdout. KIND chooses the last event of that kind instead. PATH is made of .name, [N], [-N] from the end, [key=value] for the
// first object of a list that has it, and length for how many there are. WANT is the text of a string or the JSON of anything else; ~WANT is a
// regular expression; >NAME asserts nothing and puts the value into the environment.
func cmdJSON(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: [!] json FILE [KIND:]PATH WANT")
	}
	kind, path, found := strings.Cut(args[1], ":")
	if !found || strings.ContainsAny(kind, ".[") {
		kind, path = "", args[1]
	}
	value, err := lastEvent(ts.ReadFile(args[0]), kind)
	ts.Check(err)
	got, err := walkJSON(value, path)
	if err != nil && !neg {
		ts.Fatalf("%s: %v", args[1], err)
	}
	if name, ok := strings.CutPrefix(args[2], ">"); ok {
		ts.Setenv(name, got)
		return
	}
	if matches(got, args[2]) == neg {
		ts.Fatalf("%s is %s, want %s", args[1], got, args[2])
	}
}

func matches(got, want string) bool {
	if pattern, ok := strings.CutPrefix(want, "~"); ok {
		return regexp.MustCompile("(?s)" + pattern).MatchString(got)
	}
	return got == want
}

func lastEvent(text, kind string) (map[string]any, error) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for _, line := range slices.Backward(lines) {
		var event map[string]any
		decoder := json.NewDecoder(strings.NewReader(line))
		decoder.UseNumber()
		if err := decoder.Decode(&event); err != nil {
			return nil, fmt.Errorf("%w: %s", err, line)
		}
		if kind == "" || event["event"] == kind {
			return event, nil
		}
	}
	return nil, fmt.Errorf("there is no event of kind %s", kind)
}

func walkJSON(value any, path string) (string, error) {
	for _, step := range regexp.MustCompile(`[^.\[\]]+=[^\]]*|[^.\[\]]+`).FindAllString(path, -1) {
		next, ok := stepInto(value, step)
		if !ok {
			return "", fmt.Errorf("there is no %s in %v", step, value)
		}
		value = next
	}
	if text, ok := value.(string); ok {
		return text, nil
	}
	text, err := json.Marshal(value)
	return string(text), err
}

func stepInto(value any, step string) (any, bool) {
	switch v := value.(type) {
	case map[string]any:
		next, ok := v[step]
		return next, ok
	case []any:
		return stepIntoList(v, step)
	}
	return nil, false
}

func stepIntoList(list []any, step string) (any, bool) {
	if step == "length" {
		return json.Number(strconv.Itoa(len(list))), true
	}
	if key, want, ok := strings.Cut(step, "="); ok {
		for _, entry := range list {
			if object, isObject := entry.(map[string]any); isObject && fmt.Sprint(object[key]) == want {
				return entry, true
			}
		}
		return nil, false
	}
	n, err := strconv.Atoi(step)
	if n < 0 {
		n += len(list)
	}
	if err != nil || n < 0 || n >= len(list) {
		return nil, false
	}
	return list[n], true
}

// cmdEvents checks the contract of a stream of events, and that kinds come in an order: events FILE [KIND...]
func cmdEvents(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: events FILE [KIND...]")
	}
	wanted := args[1:]
	lines := strings.Split(strings.TrimSuffix(ts.ReadFile(args[0]), "\n"), "\n")
	first := 0
	for i, line := range lines {
		kind, seq := checkEvent(ts, line)
		if i == 0 {
			first = seq
		}
		if seq != first+i {
			ts.Fatalf("line %d has seq %d, want %d", i+1, seq, first+i)
		}
		if len(wanted) > 0 && wanted[0] == kind {
			wanted = wanted[1:]
		}
		if kind == "audited" {
			checkAudited(ts, line)
		}
		if kind == "test-authored" {
			checkKeys(ts, line, "clause", "text", "test", "status", "reason", "file", "sealed", "answers", "fails", "agreement", "source")
		}
		if (kind == "result" || kind == "finished" || kind == "tests-written") != (i == len(lines)-1) {
			ts.Fatalf("line %d of %d is %s: the result comes last, once", i+1, len(lines), kind)
		}
	}
	if len(wanted) > 0 {
		ts.Fatalf("these events did not come in this order: %s", strings.Join(wanted, " "))
	}
	last := lines[len(lines)-1]
	switch kind, _ := checkEvent(ts, last); kind {
	case "finished":
		checkKeys(ts, last, "accepted", "not_accepted", "errors", "skipped", "exit", "usage", "cost", "priced", "duration_ms", "error")
		return
	case "tests-written":
		checkKeys(ts, last, "component", "spec", "spec_digest", "accepted", "open", "files", "exit", "usage", "cost", "priced", "duration_ms", "error")
		return
	}
	checkResult(ts, last)
}

// checkAudited holds what an audit says of a component against the contract.
func checkAudited(ts *testscript.TestScript, line string) {
	b := checkKeys(ts, line, "component", "spec", "spec_digest", "revision", "tree", "outcome", "blocking", "verdicts", "findings", "warnings", "tests",
		"walls", "missing_walls", "sandbox", "duration_ms", "error")
	for _, key := range []string{"blocking", "verdicts", "findings", "warnings", "walls", "missing_walls"} {
		if _, list := b[key].([]any); !list {
			ts.Fatalf("%s is no list: %s", key, line)
		}
	}
	if (b["outcome"] == "error") != (b["error"] != nil) {
		ts.Fatalf("outcome and error do not agree: %s", line)
	}
}

// cmdVerdicts asserts what an audit says of every clause of its last component: verdicts FILE [CLAUSE=STATUS]... All others pass.
func cmdVerdicts(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: verdicts FILE [CLAUSE=STATUS]...")
	}
	event, err := lastEvent(ts.ReadFile(args[0]), "audited")
	ts.Check(err)
	list, _ := event["verdicts"].([]any)
	var want, got []string
	for _, entry := range list {
		v, _ := entry.(map[string]any)
		if v["status"] != "pass" {
			got = append(got, fmt.Sprintf("%s=%s", v["clause"], v["status"]))
		}
	}
	want = append(want, args[1:]...)
	if len(list) == 0 || !slices.Equal(got, want) {
		ts.Fatalf("of %d clauses these do not pass: %q, want %q", len(list), got, want)
	}
}

func checkKeys(ts *testscript.TestScript, line string, keys ...string) map[string]any {
	var b map[string]any
	ts.Check(json.Unmarshal([]byte(line), &b))
	for _, key := range keys {
		if _, ok := b[key]; !ok {
			ts.Fatalf("there is no %s: %s", key, line)
		}
	}
	return b
}

func checkEvent(ts *testscript.TestScript, line string) (kind string, seq int) {
	var head struct {
		V     int    `json:"v"`
		Seq   int    `json:"seq"`
		Time  string `json:"time"`
		Event string `json:"event"`
	}
	if err := json.Unmarshal([]byte(line), &head); err != nil {
		ts.Fatalf("%v: %s", err, line)
	}
	at, err := time.Parse(time.RFC3339Nano, head.Time)
	if err != nil || at.Location() != time.UTC || head.V != 1 || head.Event == "" {
		ts.Fatalf("not an event: %s", line)
	}
	return head.Event, head.Seq
}

// checkResult holds the last line against the contract: all keys, of the right type.
func checkResult(ts *testscript.TestScript, line string) {
	type evidence struct {
		Kind string `json:"kind"`
	}
	type verdict struct {
		Clause   *string     `json:"clause"`
		Section  *string     `json:"section"`
		Level    *string     `json:"level"`
		Status   *string     `json:"status"`
		Basis    *string     `json:"basis"`
		Evidence *[]evidence `json:"evidence"`
		Reason   *string     `json:"reason"`
	}
	var result struct {
		Run       *string    `json:"run"`
		Component *string    `json:"component"`
		Outcome   *string    `json:"outcome"`
		Stop      *string    `json:"stop"`
		Branch    *string    `json:"branch"`
		Commit    *string    `json:"commit"`
		Base      *string    `json:"base"`
		Attempts  *int       `json:"attempts"`
		Verdicts  *[]verdict `json:"verdicts"`
		Usage     *struct {
			Prompt     *int `json:"prompt_tokens"`
			Cached     *int `json:"cached_tokens"`
			Completion *int `json:"completion_tokens"`
			Requests   *int `json:"requests"`
		} `json:"usage"`
		Cost        *float64        `json:"cost"`
		Duration    *int64          `json:"duration_ms"`
		SpecCommits *[]string       `json:"spec_commits"`
		Error       json.RawMessage `json:"error"`
	}
	ts.Check(json.Unmarshal([]byte(line), &result))
	var missing []string
	need := func(name string, present bool) {
		if !present {
			missing = append(missing, name)
		}
	}
	need("run", result.Run != nil)
	need("component", result.Component != nil)
	need("outcome", result.Outcome != nil && slices.Contains([]string{"accepted", "not-accepted", "error"}, *result.Outcome))
	need("stop", result.Stop != nil && *result.Stop != "")
	need("branch", result.Branch != nil)
	need("commit", result.Commit != nil)
	need("base", result.Base != nil)
	need("attempts", result.Attempts != nil)
	need("verdicts", result.Verdicts != nil)
	need("usage", result.Usage != nil && result.Usage.Prompt != nil && result.Usage.Cached != nil &&
		result.Usage.Completion != nil && result.Usage.Requests != nil)
	need("cost", result.Cost != nil)
	need("duration_ms", result.Duration != nil)
	need("spec_commits", result.SpecCommits != nil)
	need("error", len(result.Error) > 0)
	if result.Verdicts != nil {
		for _, v := range *result.Verdicts {
			need("verdicts[]", v.Clause != nil && v.Section != nil && v.Level != nil && v.Status != nil && v.Basis != nil && v.Evidence != nil && v.Reason != nil)
		}
	}
	if !bytes.Equal(result.Error, []byte("null")) {
		var failure struct {
			Kind    *string `json:"kind"`
			Message *string `json:"message"`
			Hint    *string `json:"hint"`
		}
		ts.Check(json.Unmarshal(result.Error, &failure))
		need("error.*", failure.Kind != nil && failure.Message != nil && failure.Hint != nil && *failure.Kind != "" && *failure.Message != "")
	}
	if len(missing) > 0 {
		ts.Fatalf("the result lacks or misstates %s: %s", strings.Join(missing, ", "), line)
	}
}
