//go:build !linux

package disk

import "errors"

// swap exchanges two names in one step, where the system can.
func (h *handle) swap(string, string) error { return errors.ErrUnsupported }
