package repo

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// catFile reads objects through one git, in the order of ids, and hands each to use. Env is added to the repository's own.
func (r *Repo) catFile(ctx context.Context, env []string, ids []plumbing.Hash, use func(i int, o object) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	cmd := exec.CommandContext(ctx, r.opt.Git, "cat-file", "--batch", "--buffer") //nolint:gosec // the program is the caller's git
	cmd.Dir, cmd.Env = r.cwd(), slices.Concat(r.env, env)
	var stderr strings.Builder
	cmd.Stdin, cmd.Stderr = idLines(ids), &stderr
	prepare(cmd, false)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("git cat-file: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return &Error{Kind: KindGitMissing, Message: fmt.Sprintf("git cat-file: %v", err), Err: err}
	}
	readErr := readBatch(bufio.NewReaderSize(out, 1<<16), ids, use)
	if readErr != nil {
		stop()
	}
	waitErr := cmd.Wait()
	if readErr == nil {
		return nil
	}
	if text := strings.TrimSpace(stderr.String()); text != "" && waitErr != nil {
		return &Error{Kind: KindMissingObject, Message: "git cat-file: " + text, Hint: "git fsck tells what is damaged", Err: readErr}
	}
	return readErr
}

func idLines(ids []plumbing.Hash) io.Reader {
	var b bytes.Buffer
	for _, h := range ids {
		b.WriteString(h.String())
		b.WriteByte('\n')
	}
	return &b
}

func readBatch(in *bufio.Reader, ids []plumbing.Hash, use func(i int, o object) error) error {
	for i, h := range ids {
		head, err := in.ReadString('\n')
		if err != nil {
			return errMissing(h.String())
		}
		parts := strings.Fields(head)
		if len(parts) != 3 {
			return errMissing(h.String())
		}
		size, err := strconv.ParseInt(parts[2], 10, 64)
		if err != nil {
			return fmt.Errorf("git cat-file: %w", err)
		}
		data := make([]byte, size+1) // the object and a line end
		if _, err := io.ReadFull(in, data); err != nil {
			return fmt.Errorf("git cat-file: %w", err)
		}
		kind, err := plumbing.ParseObjectType(parts[1])
		if err != nil {
			return fmt.Errorf("git cat-file: %w", err)
		}
		if err := use(i, object{kind: kind, data: data[:size]}); err != nil {
			return err
		}
	}
	return nil
}
