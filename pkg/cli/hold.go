package cli

import (
	"context"
	"fmt"
	"sync"
)

// hold decides when an interrupt counts: at once while nothing is written, between two files while temporary files are, and only
// afterwards while the names of files are exchanged, which the writing itself sees to.
type hold struct {
	mu     sync.Mutex
	cancel context.CancelFunc // nil before the writing
	came   bool
	over   chan struct{}
}

// holdInterrupts begins to listen. A process that has only read so far ends at the first interrupt.
func holdInterrupts(env Env) *hold {
	h := &hold{over: make(chan struct{})}
	go func() {
		select {
		case <-env.Interrupts:
		case <-h.over:
			return
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.came = true
		if h.cancel != nil {
			h.cancel()
			return
		}
		_, _ = fmt.Fprintln(env.Stderr, "specgen: interrupted: nothing was written")
		env.Quit(int(ExitInterrupted))
	}()
	return h
}

// write says that from now on there is something to take back. The context ends with an interrupt.
func (h *hold) write(ctx context.Context) (context.Context, context.CancelFunc) {
	h.mu.Lock()
	defer h.mu.Unlock()
	ctx, h.cancel = context.WithCancel(ctx)
	return ctx, h.cancel
}

// interrupted says whether somebody wanted an end.
func (h *hold) interrupted() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.came
}

func (h *hold) end() { close(h.over) }
