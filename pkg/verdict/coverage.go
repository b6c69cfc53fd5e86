package verdict

// Block is a run of statements of a file that is executed as a whole, as a coverage profile of Go tells of it.
type Block struct {
	File       string `json:"file"` // checkout-relative
	Line       int    `json:"line"`
	Col        int    `json:"col"`
	EndLine    int    `json:"end_line"`
	EndCol     int    `json:"end_col"`
	Statements int    `json:"statements"`
	Ran        bool   `json:"ran"`
}
