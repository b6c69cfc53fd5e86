package cli

import (
	"encoding/json"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// appliedReport is what `apply --json` prints. All keys of a file and a hunk are always there, and lists are never null.
type appliedReport struct {
	V int `json:"v"`
	// Applied says that nothing was refused. With --check and --stdout it says what would be so.
	Applied bool          `json:"applied"`
	Files   []appliedFile `json:"files"`
	Error   *appliedError `json:"error,omitempty"` // why there is nothing to report
}

type appliedFile struct {
	Path   string        `json:"path"`
	From   string        `json:"from,omitempty"` // the old path of a rename
	Action patch.Action  `json:"action"`
	Hunks  []appliedHunk `json:"hunks"`
}

type appliedHunk struct {
	N          int              `json:"n"`
	Status     patch.HunkStatus `json:"status"`
	Tier       string           `json:"tier"`
	Line       int              `json:"line"` // 0: there is none to name
	Flags      []string         `json:"flags"`
	Reason     patch.Reason     `json:"reason"`
	Candidates []int            `json:"candidates"`
	Message    string           `json:"message"`
}

type appliedError struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

func newAppliedReport(r patch.Result) appliedReport {
	out := appliedReport{V: 1, Applied: !r.Refused(), Files: make([]appliedFile, 0, len(r.Files))}
	for _, f := range r.Files {
		file := appliedFile{Path: f.Path, From: f.From, Action: f.Action, Hunks: make([]appliedHunk, 0, len(f.Hunks))}
		for _, h := range f.Hunks {
			file.Hunks = append(file.Hunks, appliedHunk{
				N: h.N, Status: h.Status, Tier: h.Tier, Line: h.Line, Flags: append([]string{}, h.Flags...), Reason: h.Reason,
				Candidates: append([]int{}, h.Candidates...), Message: h.Message,
			})
		}
		out.Files = append(out.Files, file)
	}
	return out
}

func printApplied(env Env, o applyOptions, r appliedReport) error {
	enc := json.NewEncoder(o.reportTo(env))
	enc.SetEscapeHTML(false)
	return enc.Encode(r)
}
