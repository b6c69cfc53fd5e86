package evaluate

import (
	"fmt"
	"path"
	"strings"
)

// held are the files that no command may change while a candidate is evaluated: the acceptance tests, and what decides what
// they are built with.
func (e *evaluation) held() []string {
	var paths []string
	for _, t := range e.frozen.files {
		paths = append(paths, t.path)
	}
	return append(paths, e.builds...)
}

// isBuild says whether a file decides what a Go package is built with.
func isBuild(p string) bool {
	switch path.Base(p) {
	case "go.mod", "go.sum", "go.work", "go.work.sum":
		return true
	}
	return p == "vendor/modules.txt" || strings.HasSuffix(p, "/vendor/modules.txt")
}

// tampered says that a command changed what it is judged by; "" if none did.
func (x *execution) tampered() string {
	if len(x.changed) == 0 {
		return ""
	}
	return fmt.Sprintf("%s was changed while the tests ran: nothing that was run counts", x.changed[0])
}
