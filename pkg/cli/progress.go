package cli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/report"
)

// progress says on standard error what a run is doing right now: in place on a terminal, a line per finished step in CI, and
// nothing elsewhere.
type progress struct {
	out     io.Writer
	inPlace bool
	lines   bool
	clock   func() time.Time

	mu      sync.Mutex
	attempt int
	doing   string
	since   time.Time
	tokens  int
	shown   bool
	stop    chan struct{}
	done    chan struct{}
}

func newProgress(env Env, quiet bool) *progress {
	return &progress{
		out: env.Stderr, clock: env.Clock,
		inPlace: env.StderrTerminal && !quiet && !env.CI(), lines: env.CI() && !quiet,
	}
}

// tick is how often the line on a terminal is drawn again.
const tick = 200 * time.Millisecond

// start draws until the returned function is called.
func (p *progress) start() (end func()) {
	if !p.inPlace {
		return func() {}
	}
	p.stop, p.done = make(chan struct{}), make(chan struct{})
	go func() {
		defer close(p.done)
		ticker := time.NewTicker(tick)
		defer ticker.Stop()
		for {
			select {
			case <-p.stop:
				return
			case <-ticker.C:
				p.draw()
			}
		}
	}()
	return func() {
		close(p.stop)
		<-p.done
		p.clear()
	}
}

// Tokens is told how much of an answer has arrived.
func (p *progress) Tokens(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tokens = n
}

// Doing says what begins now.
func (p *progress) Doing(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.doing, p.since, p.tokens = what, p.clock(), 0
}

// Still says how far the same thing has come.
func (p *progress) Still(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.doing = what
}

// Event follows the run. Call it before the event's own text is printed: it clears the line.
func (p *progress) Event(e journal.Event) {
	p.clear()
	switch b := e.Body.(type) {
	case journal.AttemptStarted:
		p.mu.Lock()
		p.attempt = b.Attempt
		p.mu.Unlock()
		p.Doing("waiting for the model")
	case journal.Completed:
		p.step("%s answered with %d tokens in %s", b.Role, b.Usage.CompletionTokens, report.Duration(b.Duration))
		p.Doing("applying the answer")
	case journal.Applied:
		p.Doing("running the checks")
	case journal.Evaluated:
		p.step("evaluated in %s", report.Duration(b.Duration))
		p.Doing("looking for causes")
	case journal.Finished:
		p.Doing("")
	}
}

func (p *progress) step(format string, args ...any) {
	if !p.lines {
		return
	}
	_, _ = fmt.Fprintf(p.out, "attempt %d  %s\n", p.attempt, fmt.Sprintf(format, args...))
}

func (p *progress) draw() {
	p.mu.Lock()
	defer p.mu.Unlock()
	elapsed := p.clock().Sub(p.since)
	if p.doing == "" || elapsed < time.Second {
		return
	}
	what := p.doing
	if p.tokens > 0 {
		what = fmt.Sprintf("receiving, %d tokens", p.tokens)
	}
	if p.attempt > 0 {
		what = fmt.Sprintf("attempt %d  %s", p.attempt, what)
	}
	_, _ = fmt.Fprintf(p.out, "\r\x1b[K%s  %s", what, report.Duration(elapsed.Truncate(time.Second)))
	p.shown = true
}

func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		_, _ = fmt.Fprint(p.out, "\r\x1b[K")
		p.shown = false
	}
}
