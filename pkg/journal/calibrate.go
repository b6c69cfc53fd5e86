package journal

import (
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/verdict"
)

// Calibrated is the result of a calibration: the contract for programs.
type Calibrated struct {
	Components []verdict.Calibration `json:"components"`
	Left       []LeftOut             `json:"left_out"`
	Executed   verdict.Errors        `json:"executed"`        // of all components
	Judge      *verdict.JudgeErrors  `json:"judge,omitempty"` // of all components; absent: nobody was asked
	Kept       string                `json:"kept,omitempty"`  // the ref under which the judge's rates are kept
	Usage      model.Usage           `json:"usage"`
	Cost       float64               `json:"cost"`
	Priced     bool                  `json:"priced"`
	Duration   int64                 `json:"duration_ms"`
	Exit       int                   `json:"exit"`
	Error      *Failure              `json:"error"`
}

// LeftOut is a component that nothing could be measured on.
type LeftOut struct {
	Component string `json:"component"`
	Why       string `json:"why"`
}

// Kind implements Body.
func (Calibrated) Kind() string { return "calibrated" }

// Judged gives the rates of the judge so far.
func (c Calibrated) Judged() verdict.Errors {
	if c.Judge == nil {
		return verdict.Errors{}
	}
	return c.Judge.Errors
}
