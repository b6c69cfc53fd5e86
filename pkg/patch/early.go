package patch

import (
	"fmt"
	"path"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
)

// early is what the short way came to for a file, before it is the file's turn.
type early struct {
	data    []byte
	results []HunkResult
	ok      bool
	parses  bool // it is a Go file that parses, if it did before
}

// tryClean takes the short way for all files at once, on all processors: what comes of one depends on no other.
func (e *engine) tryClean() {
	var wait sync.WaitGroup
	var next atomic.Int64
	var lost atomic.Value // what a try panicked with: it is handed on to who called
	tries := e.simple()
	for range min(runtime.GOMAXPROCS(0), len(tries)) {
		wait.Go(func() {
			defer func() {
				if v := recover(); v != nil {
					lost.CompareAndSwap(nil, fmt.Sprintf("%v\n%s", v, debug.Stack()))
				}
			}()
			for i := int(next.Add(1)) - 1; i < len(tries); i = int(next.Add(1)) - 1 {
				tries[i]()
			}
		})
	}
	wait.Wait()
	if v := lost.Load(); v != nil {
		panic(v)
	}
}

// simple gives the tries for the files that are changed by hunks alone, as far as limits let them.
func (e *engine) simple() (tries []func()) {
	for _, p := range e.plans[:min(len(e.plans), e.opt.MaxFiles)] {
		p.early = nil
		if p.action != Modify || p.from != "" || p.whole != nil || p.fault != nil {
			continue
		}
		entry, ok, err := e.base.Lookup(p.path)
		if err != nil || !ok {
			continue
		}
		p.early = &early{}
		tries = append(tries, func() {
			p.results = nil
			p.early.data, p.early.ok = clean(p, entry.Data)
			p.early.results = p.results
			p.early.parses = p.early.ok && !e.opt.SkipParse && strings.EqualFold(path.Ext(p.path), ".go") && stillParses(entry.Data, p.early.data)
		})
	}
	return tries
}

// clean gives what the short way came to.
func (p *plan) clean(base []byte) (data []byte, ok bool) {
	if p.early == nil {
		return clean(p, base)
	}
	if p.early.ok {
		p.results = p.early.results
	}
	return p.early.data, p.early.ok
}

// unparsable refuses a result that does not parse, unless that is wanted.
func (e *engine) unparsable(p *plan, before, data []byte, isNew bool) *fault {
	if e.opt.SkipParse || p.early != nil && p.early.parses {
		return nil
	}
	return unparsable(p.path, before, data, isNew, p.whole != nil)
}
