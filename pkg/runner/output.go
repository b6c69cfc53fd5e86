package runner

import (
	"io"
	"sync"
)

// capture keeps what a command writes, up to a limit, and calls over once when there is more.
type capture struct {
	mu    sync.Mutex
	left  int64
	both  []byte // standard output and error as they came
	out   []byte // standard output alone, which results are read from
	err   []byte // standard error alone
	over  func()
	ended bool
}

func newCapture(limit int64, over func()) *capture { return &capture{left: limit, over: over} }

func (c *capture) writers() (stdout, stderr io.Writer) {
	return writerFunc(func(p []byte) { c.add(p, true) }), writerFunc(func(p []byte) { c.add(p, false) })
}

func (c *capture) add(p []byte, stdout bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return
	}
	if int64(len(p)) > c.left {
		p, c.ended = p[:c.left], true
	}
	c.left -= int64(len(p))
	c.both = append(c.both, p...)
	if stdout {
		c.out = append(c.out, p...)
	} else {
		c.err = append(c.err, p...)
	}
	if c.ended {
		c.over()
	}
}

// take moves what was kept into the result.
func (c *capture) take(f *finished) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.both, f.stdout, f.stderr, f.truncated = c.both, c.out, c.err, c.ended
}

// writerFunc never fails: a command that writes too much is ended, and not sent a broken pipe.
type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) {
	f(p)
	return len(p), nil
}
