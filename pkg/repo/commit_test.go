package repo_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/repo"
)

func TestCommitIdentity(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		config map[string]string
		env    []string
		author repo.Signature
		want   string
	}{
		// useConfigOnly keeps git from making a name up from the machine's, which depends on the machine
		"nobody": {config: map[string]string{"user.useConfigOnly": "true"}, want: "specgen <specgen@localhost> specgen <specgen@localhost>"},
		"configured": {
			config: map[string]string{"user.name": "Ada Lovelace", "user.email": "ada@example.org"},
			want:   "Ada Lovelace <ada@example.org> Ada Lovelace <ada@example.org>",
		},
		"environment": {
			config: map[string]string{"user.name": "Ada", "user.email": "ada@example.org"},
			env:    []string{"GIT_AUTHOR_NAME=Bob", "GIT_AUTHOR_EMAIL=bob@example.org", "GIT_AUTHOR_DATE=2001-01-01T00:00:00Z"},
			want:   "Bob <bob@example.org> Ada <ada@example.org>",
		},
		"given": {
			config: map[string]string{"user.name": "Ada", "user.email": "ada@example.org"},
			author: repo.Signature{Name: "Eve <x>\n", Email: "e@example.org>"},
			want:   "Eve x <e@example.org> Ada <ada@example.org>",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			for key, value := range c.config {
				s.git("config", key, value)
			}
			r := open(t, s.dir, c.env...)
			head := mustHead(t, r)
			tree, err := r.TreeOf(t.Context(), head)
			must(t, err)
			id, err := r.Commit(t.Context(), repo.Commit{Tree: tree, Parents: []string{head}, Message: "Message\r\n\r\nBody\x00 \xff\n\n", Author: c.author})
			must(t, err)
			equal(t, "who", s.git("show", "-s", "--format=%an <%ae> %cn <%ce>", id), c.want)
			equal(t, "when", s.git("show", "-s", "--format=%aI %cI", id), "2026-03-04T05:06:07+01:00 2026-03-04T05:06:07+01:00")
			equal(t, "message", s.git("show", "-s", "--format=%B", id), "Message\n\nBody \uFFFD")
			equal(t, "parent", s.git("rev-parse", id+"^"), head)
			equal(t, "fsck", s.git("fsck", "--strict", "--no-dangling"), "")
			same, err := r.Commit(t.Context(), repo.Commit{Tree: tree, Parents: []string{head}, Message: "Message\n\nBody \uFFFD", Author: c.author, When: clock()})
			must(t, err)
			equal(t, "the same again", same, id)
		})
	}
}

func TestCommitRefusesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	s := start(t)
	r := open(t, s.dir)
	head := mustHead(t, r)
	for name, c := range map[string]repo.Commit{
		"no tree":           {},
		"unknown tree":      {Tree: strings.Repeat("1", 40)},
		"commit as tree":    {Tree: head},
		"unknown parent":    {Tree: repo.EmptyTree, Parents: []string{strings.Repeat("1", 40)}},
		"parent not commit": {Tree: repo.EmptyTree, Parents: []string{s.git("rev-parse", "HEAD:go.mod")}},
	} {
		if _, err := r.Commit(t.Context(), c); !errors.Is(err, repo.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCommitIsSigned(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("ssh-keygen"); err != nil {
		t.Skip("no ssh-keygen")
	}
	s := start(t)
	keys := realTemp(t)
	key := filepath.Join(keys, "key")
	keygen := exec.CommandContext(t.Context(), "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key")
	keygen.Dir = keys
	if out, err := keygen.CombinedOutput(); err != nil {
		t.Skipf("ssh-keygen: %v %s", err, out)
	}
	public, err := fs.ReadFile(os.DirFS(keys), "key.pub")
	must(t, err)
	allowed := append([]byte("ada@example.org "), public...)
	must(t, os.WriteFile(filepath.Join(keys, "allowed"), allowed, 0o600))
	for name, value := range map[string]string{
		"user.name": "Ada", "user.email": "ada@example.org", "gpg.format": "ssh", "user.signingKey": key,
		"gpg.ssh.allowedSignersFile": filepath.Join(keys, "allowed"), "commit.gpgsign": "true",
	} {
		s.git("config", name, value)
	}
	frozen(t, s.dir)
	r := open(t, s.dir)
	head := mustHead(t, r)
	message := repo.Message("Signed", "", repo.Trailers{}.Add("Specgen-Run", "1"))
	id, err := r.Commit(t.Context(), repo.Commit{Tree: repo.EmptyTree, Parents: []string{head}, Message: message})
	must(t, err)
	s.git("verify-commit", id)
	equal(t, "message", s.git("show", "-s", "--format=%B", id)+"\n", message)
	equal(t, "when", s.git("show", "-s", "--format=%aI %cI", id), "2026-03-04T05:06:07+01:00 2026-03-04T05:06:07+01:00")
	private, err := r.Commit(t.Context(), repo.Commit{Tree: repo.EmptyTree, Message: "Record", Private: true})
	must(t, err)
	if gitCommand(t, s.dir, "verify-commit", private).Run() == nil {
		t.Error("a private commit was signed")
	}
}

func TestUnsignedCommitIsSaid(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.git("config", "commit.gpgsign", "true")
	s.git("config", "gpg.program", "no-such-gpg")
	var said []string
	r, err := repo.Open(t.Context(), s.dir, repo.Options{Env: env(), Clock: clock, Warn: func(text string) { said = append(said, text) }})
	must(t, err)
	for range 2 {
		id, err := r.Commit(t.Context(), repo.Commit{Tree: repo.EmptyTree, Message: "x"})
		must(t, err)
		s.git("cat-file", "commit", id)
	}
	if len(said) != 1 || !strings.Contains(said[0], "unsigned") {
		t.Errorf("said %q", said)
	}
}

func TestTrailers(t *testing.T) {
	t.Parallel()
	trailers := repo.Trailers{}.Add("Specgen-Run", "20260304-050607-abcd").Add("Specgen-Note", "two\nlines").Add("Empty", " ").Add("specgen-run", "b")
	message := repo.Message("Subject: not\na trailer", "Body: neither\n", trailers)
	equal(t, "message", message, "Subject: not a trailer\n\nBody: neither\n\nSpecgen-Run: 20260304-050607-abcd\nSpecgen-Note: two lines\nspecgen-run: b\n")
	got := repo.ParseTrailers(message)
	equal(t, "count", len(got), 3)
	equal(t, "last", got.Get("Specgen-Run"), "b")
	equal(t, "all", len(got.All("SPECGEN-RUN")), 2)
	equal(t, "none", got.Get("Nosuch"), "")
	equal(t, "subject only", len(repo.ParseTrailers("Key: value")), 0)
	equal(t, "prose", len(repo.ParseTrailers("Subject\n\nNote: this\nis prose")), 0)
}

// The reader of trailers agrees with git's.
func TestTrailersAreGits(t *testing.T) {
	t.Parallel()
	s := empty(t)
	line := rapid.SampledFrom([]string{
		"Key: value", "Other-Key:value", "Key : x", " continued", "\tmore", "prose, no colon", "two words: x", "Signed-off-by: A <a@b>",
		"(cherry picked from commit 0123456789abcdef0123456789abcdef01234567)", "", "", "k: ", "ünï: x", "a-1: b: c",
	})
	rapid.Check(t, func(rt *rapid.T) {
		message := "Subject\n\n" + strings.Join(rapid.SliceOfN(line, 1, 8).Draw(rt, "lines"), "\n") + "\n"
		want := s.gitIn([]byte(message), "interpret-trailers", "--parse")
		var lines []string
		for _, trailer := range repo.ParseTrailers(message) {
			lines = append(lines, strings.TrimSpace(trailer.Key+": "+trailer.Value))
		}
		var wanted []string
		for line := range strings.SplitSeq(want, "\n") {
			if !strings.HasPrefix(line, "(") && line != "" {
				wanted = append(wanted, strings.TrimSpace(line))
			}
		}
		if got := strings.Join(lines, "\n"); got != strings.Join(wanted, "\n") {
			rt.Fatalf("message %q\n got %q\nwant %q", message, got, want)
		}
	})
}

func TestRunsAreKept(t *testing.T) {
	t.Parallel()
	s := start(t)
	head := s.git("rev-parse", "HEAD")
	r := open(t, s.dir)
	run := repo.Run{
		ID: "20260304-050607-abcd", Parents: []string{head}, When: clock().Add(time.Hour),
		Files:    map[string][]byte{"journal.jsonl": []byte("{}\n"), "blobs/ab/cd": {}, "attempts.txt": []byte("x")},
		Attempts: map[string]string{"1": s.git("rev-parse", "HEAD^{tree}"), "2": s.git("rev-parse", "HEAD:a")},
	}
	for range 2 { // saving again changes nothing
		_, err := r.SaveRun(t.Context(), run)
		must(t, err)
	}
	_, err := r.SaveRun(t.Context(), repo.Run{ID: "20260303-000000-bare"})
	must(t, err)
	s.git("gc", "-q", "--prune=now")
	equal(t, "fsck", s.git("fsck", "--strict", "--no-dangling"), "")
	files, err := r.LoadRun(t.Context(), run.ID)
	must(t, err)
	equal(t, "files", len(files), 3)
	equal(t, "journal", string(files["journal.jsonl"]), "{}\n")
	trees, err := r.Attempts(t.Context(), run.ID)
	must(t, err)
	equal(t, "attempt", trees["2"], run.Attempts["2"])
	runs, err := r.Runs(t.Context())
	must(t, err)
	if len(runs) != 2 || runs[0].ID != "20260303-000000-bare" || runs[1].ID != run.ID || !runs[1].When.Equal(run.When) {
		t.Errorf("runs %v", runs)
	}
	files, err = r.LoadRun(t.Context(), "20260303-000000-bare")
	must(t, err)
	equal(t, "no files", len(files), 0)
	run.Files["journal.jsonl"] = []byte("{}\n{}\n")
	_, err = r.SaveRun(t.Context(), run)
	must(t, err)
	files, err = r.LoadRun(t.Context(), run.ID)
	must(t, err)
	equal(t, "replaced", string(files["journal.jsonl"]), "{}\n{}\n")
	for _, id := range []string{"nosuch", "", "../../heads/main", "a/b", "-x"} {
		_, err := r.LoadRun(t.Context(), id)
		if !errors.Is(err, repo.ErrNotFound) || kindOf(err) != repo.KindUnknownRun {
			t.Errorf("%q: %v", id, err)
		}
	}
	_, err = r.SaveRun(t.Context(), repo.Run{ID: "x", Files: map[string][]byte{"attempts/1": nil}})
	equal(t, "reserved", kindOf(err), repo.KindBadChange)
}
