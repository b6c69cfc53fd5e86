package patch_test

import (
	"crypto/sha1" //nolint:gosec // G505: git names blobs by it
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestPeers gives the answers of TestCorruptions to the other programs that apply patches, as a user would: the raw answer,
// prose and fences included. A peer counts as right or wrong by the file that it leaves when it ends well, and as refusing
// when it ends badly, whatever it left then.
func TestPeers(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts thousands of processes")
	}
	edits := realEdits(t, atoi(os.Getenv("SPECGEN_PEERS"), 40)) // 320 for the table in the README
	tools := peers(t)
	classes := corruptions()
	scores := make([][]score, len(classes))
	var wait sync.WaitGroup
	turn := make(chan int)
	for range 2 {
		bench := newPeerBench(t)
		wait.Go(func() {
			for ci := range turn {
				scores[ci] = bench.class(classes[ci], ci, edits, tools)
			}
		})
	}
	for ci := range classes {
		turn <- ci
	}
	close(turn)
	wait.Wait()
	t.Logf("%d real edits, right/refused/WRONG\n%s", len(edits), peerTable(classes, tools, scores))
	for ci, c := range classes {
		if ours := scores[ci][0]; ours.wrong > 0 {
			t.Errorf("%s: %d wrong files of ours", c.name, ours.wrong)
		}
	}
}

// score counts what a program made of the cases of one class.
type score struct{ right, refused, wrong int }

func (s score) String() string { return fmt.Sprintf("%d/%d/%d", s.right, s.refused, s.wrong) }

func (s *score) count(got string, fine bool, want string) {
	switch {
	case !fine:
		s.refused++
	case got == want:
		s.right++
	default:
		s.wrong++
	}
}

// peer is a program that applies patches. run gives the file that it leaves, and whether it ended well.
type peer struct {
	name string
	run  func(b *peerBench, before, answer string) (string, bool)
}

// peers are our engine and the programs that this machine has.
func peers(t *testing.T) []peer {
	t.Helper()
	all := []peer{{"specgen", func(b *peerBench, before, answer string) (string, bool) {
		return outcome(b.t, before, answer)
	}}}
	if _, err := exec.LookPath("git"); err == nil {
		all = append(all, peer{"git apply", gitApply()}, peer{"--3way", threeWay}, peer{"lenient git", gitApply("--ignore-whitespace", "--recount")})
	}
	if out, err := exec.CommandContext(t.Context(), "patch", "--version").Output(); err == nil && strings.HasPrefix(string(out), "GNU patch") {
		all = append(all, peer{"patch", gnuPatch()}, peer{"patch -l", gnuPatch("-l")})
	}
	return all
}

// peerBench is a pair of throwaway folders: one that is in no repository, and a repository that holds the file's blob.
type peerBench struct {
	t           *testing.T
	plain, repo string
	env         []string
}

func newPeerBench(t *testing.T) *peerBench {
	t.Helper()
	root := t.TempDir()
	b := &peerBench{t: t, plain: filepath.Join(root, "plain"), repo: filepath.Join(root, "repo")}
	b.env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+root, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull, "LC_ALL=C")
	for _, dir := range []string{b.plain, b.repo} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := exec.LookPath("git"); err == nil && !b.ends(b.repo, "git", "init", "-q") {
		t.Fatal("git init failed")
	}
	return b
}

// class runs all programs on all cases of one class.
func (b *peerBench) class(c corruption, ci int, edits []realEdit, tools []peer) []score {
	scores := make([]score, len(tools))
	for i, e := range edits {
		r := rand.New(rand.NewPCG(uint64(i), uint64(ci))) //nolint:gosec // G404: repeatable on purpose
		before, after, answer, ok := c.spoil(r, e)
		if !ok {
			continue
		}
		for k, tool := range tools {
			got, fine := tool.run(b, before, answer)
			scores[k].count(got, fine, after)
		}
	}
	return scores
}

// ends runs a program in a folder and says whether it ended well.
func (b *peerBench) ends(dir, name string, args ...string) bool {
	cmd := exec.CommandContext(b.t.Context(), name, args...)
	cmd.Dir, cmd.Env = dir, b.env
	return cmd.Run() == nil
}

// put writes the file and the answer into a folder.
func (b *peerBench) put(dir, before, answer string) {
	for name, text := range map[string]string{"f": before, "answer": answer} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			b.t.Error(err)
		}
	}
}

func (b *peerBench) file(dir string) string {
	data, err := os.ReadFile(filepath.Join(dir, "f"))
	if err != nil {
		return "" // a program may have deleted it, which is never what was asked for
	}
	return string(data)
}

func gitApply(flags ...string) func(*peerBench, string, string) (string, bool) {
	return func(b *peerBench, before, answer string) (string, bool) {
		b.put(b.plain, before, answer)
		fine := b.ends(b.plain, "git", append(append([]string{"apply"}, flags...), "answer")...)
		return b.file(b.plain), fine
	}
}

// threeWay gives git what it needs to merge: a repository with the blob, and the line that names it.
func threeWay(b *peerBench, before, answer string) (string, bool) {
	blob := sha1.Sum(fmt.Appendf(nil, "blob %d\x00%s", len(before), before)) //nolint:gosec // G401: git names blobs by it
	index := fmt.Sprintf("diff --git a/f b/f\nindex %x..%040x 100644\n--- a/f", blob, 1)
	b.put(b.repo, before, strings.Replace(answer, "--- a/f", index, 1))
	if !b.ends(b.repo, "git", "add", "f") {
		b.t.Error("git add failed")
	}
	fine := b.ends(b.repo, "git", "apply", "--3way", "answer")
	return b.file(b.repo), fine
}

// gnuPatch names the file itself: GNU patch follows what a diff's headers say, even out of the folder.
func gnuPatch(flags ...string) func(*peerBench, string, string) (string, bool) {
	return func(b *peerBench, before, answer string) (string, bool) {
		b.put(b.plain, before, answer)
		args := append([]string{"--force", "--silent", "--no-backup-if-mismatch", "--reject-file=-"}, flags...)
		fine := b.ends(b.plain, "patch", append(args, "f", "answer")...)
		return b.file(b.plain), fine
	}
}

func peerTable(classes []corruption, tools []peer, scores [][]score) string {
	var out strings.Builder
	total := make([]score, len(tools))
	fmt.Fprintf(&out, "%-42s", "class")
	for _, tool := range tools {
		fmt.Fprintf(&out, " %12s", tool.name)
	}
	for ci, c := range classes {
		fmt.Fprintf(&out, "\n%-42s", c.name)
		for k, s := range scores[ci] {
			fmt.Fprintf(&out, " %12s", s)
			total[k] = score{total[k].right + s.right, total[k].refused + s.refused, total[k].wrong + s.wrong}
		}
	}
	fmt.Fprintf(&out, "\n%-42s", "all")
	for _, s := range total {
		fmt.Fprintf(&out, " %12s", s)
	}
	return out.String()
}
