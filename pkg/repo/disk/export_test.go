package disk

import "errors"

// At has a test told of the steps of Write.
func (f *Folder) At(told func(step string)) { f.at = told }

// CannotSwap makes the folder one on a file system that cannot exchange two names.
func (f *Folder) CannotSwap() {
	f.swap = func(*handle, string, string) error { return errors.ErrUnsupported }
}
