//go:build !linux && !darwin

package runner

import (
	"fmt"
	"io/fs"
)

// stampOf tells whether a file was touched, as far as size and times tell.
func stampOf(info fs.FileInfo) string {
	return fmt.Sprintf("%o %d %d", info.Mode(), info.Size(), info.ModTime().UnixNano())
}
