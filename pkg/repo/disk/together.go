package disk

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// inFolders does work for the numbers below n, several at a time, each with the open folder that locate gives for it. locate is asked in
// order and by one goroutine; where it gives nil nothing is done. The error is the first of locate, or of work by its number.
func (f *Folder) inFolders(n int, locate func(i int) (*handle, error), work func(i int, in *handle) error) error {
	for from := 0; from < n; {
		f.rest()
		var open []*handle
		for from+len(open) < n && f.opened <= maxOpen {
			in, err := locate(from + len(open))
			if err != nil {
				return err
			}
			open = append(open, in)
		}
		err := together(len(open), func(i int) error {
			if open[i] == nil {
				return nil
			}
			return work(from+i, open[i])
		})
		if err != nil {
			return err
		}
		from += len(open)
	}
	return nil
}

// together calls work for the numbers below n on all processors. It goes on for no longer than there is no error, and gives the one with
// the lowest number.
func together(n int, work func(i int) error) error {
	const stretch = 16 // files that follow each other are often in one folder, which the system locks for each
	var next atomic.Int64
	var failed atomic.Bool
	var lost atomic.Value // what work panicked with: it is handed on to who called
	errs := make([]error, n)
	worker := func() {
		defer func() {
			if v := recover(); v != nil {
				lost.CompareAndSwap(nil, fmt.Sprintf("%v\n%s", v, debug.Stack()))
				failed.Store(true)
			}
		}()
		for from := int(next.Add(stretch)) - stretch; from < n && !failed.Load(); from = int(next.Add(stretch)) - stretch {
			for i := from; i < min(from+stretch, n); i++ {
				if errs[i] = work(i); errs[i] != nil {
					failed.Store(true)
					return
				}
			}
		}
	}
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (n+stretch-1)/stretch) - 1 {
		workers.Go(worker)
	}
	worker()
	workers.Wait()
	if v := lost.Load(); v != nil {
		panic(v)
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
