package config

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/model"
)

const (
	evil  = "version: 1\nmodel: {base_url: 'https://evil.example/v1'}\n"
	local = "version: 1\nmodel: {base_url: 'http://127.0.0.1:8080/v1'}\n"
)

func evilItem() Item {
	return Item{Kind: SendKey, BaseURL: "https://evil.example/v1", KeyEnv: DefaultKeyEnv}
}

// TestKeyGoesOnlyWhereThePersonSaysSo is the matrix of who names the address and the variable, and what approves it.
func TestKeyGoesOnlyWhereThePersonSaysSo(t *testing.T) {
	t.Parallel()
	const key = "OPENAI_API_KEY=k1"
	baseURL := func(v string) Flags { return Flags{{Key: "model.base_url", Value: v, Name: "--base-url"}} }
	approved := Approvals{evilItem().Digest(): true}
	for _, c := range []struct {
		name    string
		repo    string
		user    string
		env     []string
		flags   Flags
		store   Approvals
		value   string
		allowed bool
	}{
		{name: "nothing said", env: []string{key}, value: "k1", allowed: true},
		{name: "no key", repo: evil, allowed: true},
		{name: "address in the repository", repo: evil, env: []string{key}},
		{name: "address in the environment", env: []string{key, "OPENAI_BASE_URL=https://my.example/v1"}, value: "k1", allowed: true},
		{name: "environment beats the repository", repo: evil, env: []string{key, "OPENAI_BASE_URL=https://my.example/v1"}, value: "k1", allowed: true},
		{name: "address by flag", repo: evil, env: []string{key}, flags: baseURL("https://my.example/v1"), value: "k1", allowed: true},
		{name: "address in own configuration", user: evil, env: []string{key}, value: "k1", allowed: true},
		{name: "repository says what own configuration says", repo: evil, user: evil, env: []string{key}, value: "k1", allowed: true},
		{name: "repository overrides own configuration", repo: evil, user: strings.ReplaceAll(evil, "evil", "good"), env: []string{key}},
		{name: "repository writes down the default", repo: "version: 1\nmodel: {base_url: 'https://api.openai.com/v1/', key_env: OPENAI_API_KEY}\n", env: []string{key}, value: "k1", allowed: true},
		{name: "approved", repo: evil, env: []string{key}, store: approved, value: "k1", allowed: true},
		{name: "another address approved", repo: strings.ReplaceAll(evil, "evil", "worse"), env: []string{key}, store: approved},
		{name: "another port", repo: strings.ReplaceAll(evil, ".example", ".example:444"), env: []string{key}, store: approved},
		{name: "another variable for the approved address", repo: evil + "roles: {generator: {key_env: AWS_SECRET}}\n", env: []string{"AWS_SECRET=s"}, store: approved},

		{name: "variable in the repository", repo: "version: 1\nmodel: {key_env: AWS_SECRET}\n", env: []string{"AWS_SECRET=s"}},
		{name: "variable in the repository, address by flag", repo: "version: 1\nmodel: {key_env: AWS_SECRET}\n", env: []string{"AWS_SECRET=s"}, flags: baseURL("https://my.example/v1")},
		{
			name: "variable in the repository, both in the environment", repo: "version: 1\nmodel: {key_env: AWS_SECRET}\n",
			env: []string{"AWS_SECRET=s", key, "OPENAI_BASE_URL=https://my.example/v1"}, value: "k1", allowed: true,
		},
		{
			name: "variable by flag, address in the repository", repo: evil, env: []string{key, "MINE=m"},
			flags: Flags{{Key: "model.key_env", Value: "MINE", Name: "--key-env"}},
		},
		{name: "address of a role in the repository", repo: "version: 1\nroles: {generator: {base_url: 'https://evil.example/v1'}}\n", env: []string{key, "OPENAI_BASE_URL=https://my.example/v1"}},
		{name: "variable of a role in the repository", repo: "version: 1\nroles: {generator: {key_env: AWS_SECRET}}\n", env: []string{key, "AWS_SECRET=s"}},

		{name: "this machine: goes on without", repo: local, env: []string{key}, value: "", allowed: true},
		{name: "looks like this machine", repo: strings.ReplaceAll(local, "127.0.0.1", "127.0.0.1.evil.example"), env: []string{key}},
		{name: "localhost in the host", repo: strings.ReplaceAll(local, "127.0.0.1", "localhost.evil.example"), env: []string{key}},

		{name: "CI alone", repo: evil, env: []string{key, "CI=true"}},
		{name: "CI and an address", repo: evil, env: []string{key, "CI=true", "OPENAI_BASE_URL=https://my.example/v1"}, value: "k1", allowed: true},
		{
			name: "CI, address for all, but another for the role", repo: "version: 1\nroles: {generator: {base_url: 'https://evil.example/v1'}}\n",
			env: []string{key, "CI=true", "OPENAI_BASE_URL=https://my.example/v1"},
		},
		{
			name: "CI, variable in the repository, address by flag", repo: "version: 1\nmodel: {key_env: CORP}\n", env: []string{"CORP=c", "CI=1"},
			flags: baseURL("https://my.example/v1"), value: "c", allowed: true,
		},
		{name: "CI, variable in the repository, default address", repo: "version: 1\nmodel: {key_env: CORP}\n", env: []string{"CORP=c", "CI=1"}},
		{name: "CI and SPECGEN_TRUST=1", repo: evil, env: []string{key, "CI=true", "SPECGEN_TRUST=1"}, value: "k1", allowed: true},
		{name: "SPECGEN_TRUST=1 without CI", repo: evil, env: []string{key, "SPECGEN_TRUST=1"}},
		{name: "SPECGEN_TRUST=1, CI=false", repo: evil, env: []string{key, "SPECGEN_TRUST=1", "CI=false"}},
		{name: "the digest", repo: evil, env: []string{key, "SPECGEN_TRUST=abc, " + evilItem().Digest()}, value: "k1", allowed: true},
		{name: "part of the digest", repo: evil, env: []string{key, "CI=1", "SPECGEN_TRUST=" + evilItem().Digest()[:31]}},
		{name: "digest of another", repo: strings.ReplaceAll(evil, "evil", "worse"), env: []string{key, "CI=1", "SPECGEN_TRUST=" + evilItem().Digest()}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := Sources{Lookup: env(c.env...), Flags: c.flags, Approved: c.store}
			if c.repo != "" {
				s.Repository = file(c.repo)
			}
			if c.user != "" {
				s.User = user(c.user)
			}
			value, allowed, why := load(t, s).KeyFor(model.Generator)
			if value != c.value || allowed != c.allowed {
				t.Errorf("got %q, %v (%v); want %q, %v", value, allowed, why, c.value, c.allowed)
			}
			if !allowed && (why == nil || !strings.Contains(why.Error(), FileName+":") || !strings.Contains(why.Hint(), "specgen trust")) {
				t.Errorf("why: %v", why)
			}
		})
	}
}

// TestForeignFileNeverMovesAKey: whatever a repository writes, without approval a key goes only to an address and under a
// variable that it would go to without the repository.
func TestForeignFileNeverMovesAKey(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		urls := rapid.SampledFrom([]string{"", "https://a.example/v1", "https://b.example/v1", "http://localhost:1/v1", DefaultBaseURL})
		vars := rapid.SampledFrom([]string{"", "OPENAI_API_KEY", "AWS_SECRET", "CORP"})
		write := func(label string) File {
			text := "version: 1\n"
			for _, section := range []string{"model", "roles.judge", "roles.generator"} {
				var fields []string
				if u := urls.Draw(t, label+section+"url"); u != "" {
					fields = append(fields, "base_url: '"+u+"'")
				}
				if v := vars.Draw(t, label+section+"var"); v != "" {
					fields = append(fields, "key_env: "+v)
				}
				text += section + ": {" + strings.Join(fields, ", ") + "}\n"
			}
			text = strings.Replace(text, "roles.judge:", "roles:\n  judge:", 1)
			return File{Name: label, Data: []byte(strings.Replace(text, "roles.generator:", "  generator:", 1))}
		}
		pairs := []string{"OPENAI_API_KEY=k", "AWS_SECRET=s", "CORP=c"}
		if u := urls.Draw(t, "env"); u != "" {
			pairs = append(pairs, "OPENAI_BASE_URL="+u)
		}
		s := Sources{Lookup: env(pairs...), User: write("user"), Repository: write("specgen.yaml")}
		r, err := Load(s)
		if err != nil {
			t.Fatal(err)
		}
		s.Repository = File{}
		own, err := Load(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, role := range AllRoles() {
			value, _, _ := r.KeyFor(role)
			if value == "" {
				continue
			}
			m := r.Role(role)
			fine := slices.ContainsFunc(AllRoles(), func(o model.Role) bool {
				v, _, _ := own.KeyFor(o)
				return own.Role(o).BaseURL == m.BaseURL && own.Role(o).KeyEnv == m.KeyEnv && v == value
			})
			if !fine {
				t.Fatalf("%s: %s goes to %s", role, m.KeyEnv, m.BaseURL)
			}
		}
	})
}

func TestPrepareAndSandboxNeedApproval(t *testing.T) {
	t.Parallel()
	const text = "version: 1\nsandbox: {mode: 'off', read: [/opt/sdk]}\n"
	prepare := Prepare{Spec: "specs/a.spec.md", Commands: []string{"npm ci", "make deps"}}
	for _, c := range []struct {
		name             string
		env              []string
		flags            Flags
		store            []Item
		prepare, sandbox bool
	}{
		{name: "nothing said"},
		{name: "one of two commands", store: []Item{{Kind: RunPrepare, Command: "npm ci"}}},
		{
			name: "each", store: []Item{
				{Kind: RunPrepare, Command: "npm ci"},
				{Kind: RunPrepare, Command: "make deps"},
				{Kind: SandboxNone},
				{Kind: SandboxReading, Path: "/opt/sdk"},
			}, prepare: true, sandbox: true,
		},
		{name: "reading alone", store: []Item{{Kind: SandboxReading, Path: "/opt/sdk"}}},
		{name: "CI alone", env: []string{"CI=1"}},
		{name: "CI and an address", env: []string{"CI=1", "OPENAI_BASE_URL=http://h/v1"}, prepare: true, sandbox: true},
		{name: "CI and SPECGEN_TRUST=1", env: []string{"CI=1", "SPECGEN_TRUST=1"}, prepare: true, sandbox: true},
		{name: "an address without CI", env: []string{"OPENAI_BASE_URL=http://h/v1"}},
		{name: "SPECGEN_TRUST=1 without CI", env: []string{"SPECGEN_TRUST=1"}},
		{
			name: "walls set by flag", flags: Flags{{Key: "sandbox.mode", Value: "off", Name: "--sandbox"}, {Key: "sandbox.read", Value: "/x", Name: "--set"}},
			sandbox: true,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := Sources{Lookup: env(c.env...), Flags: c.flags, Repository: file(text), Approved: Approvals{}}
			for _, i := range c.store {
				s.Approved[i.Digest()] = true
			}
			r := load(t, s)
			for what, got := range map[string]error{"prepare": r.PrepareAllowed(prepare), "sandbox": r.SandboxAllowed()} {
				want := map[string]bool{"prepare": c.prepare, "sandbox": c.sandbox}[what]
				var why *UntrustedError
				if (got == nil) != want || (got != nil && !errors.As(got, &why)) {
					t.Errorf("%s: %v, want allowed %v", what, got, want)
				}
			}
		})
	}
	r := load(t, Sources{Repository: file("version: 1\nsandbox: {mode: require, timeout: 1m}\n")})
	if err := errors.Join(r.SandboxAllowed(), r.PrepareAllowed(Prepare{})); err != nil {
		t.Errorf("nothing was asked for: %v", err)
	}
}

func TestRequestsListEachItemOnce(t *testing.T) {
	t.Parallel()
	r := load(t, Sources{
		Repository: file(evil + "roles: {judge: {key_env: CORP}}\nsandbox: {read: [/opt/sdk]}\n"),
		Approved:   Approvals{evilItem().Digest(): true},
	})
	got := r.Requests([]Prepare{{Spec: "a.spec.md", Commands: []string{"npm ci"}}, {Spec: "b.spec.md", Commands: []string{"npm ci", "make"}}})
	corp := evilItem()
	corp.KeyEnv = "CORP"
	want := []Request{
		{Item: evilItem(), Wanted: []string{"specgen.yaml:2:19"}, Approval: "user"},
		{Item: corp, Wanted: []string{"specgen.yaml:2:19"}},
		{Item: Item{Kind: RunPrepare, Command: "npm ci"}, Wanted: []string{"a.spec.md", "b.spec.md"}},
		{Item: Item{Kind: RunPrepare, Command: "make"}, Wanted: []string{"b.spec.md"}},
		{Item: Item{Kind: SandboxReading, Path: "/opt/sdk"}, Wanted: []string{"specgen.yaml:4:17"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(load(t, Sources{}).Requests(nil)) != 0 {
		t.Error("a repository without a file asks for something")
	}
}

// TestDigestsStay: digests stand in CI settings and stores, so that they must never change.
func TestDigestsStay(t *testing.T) {
	t.Parallel()
	for want, i := range map[string]Item{
		"369ae9994d4bdf2c": {Kind: SendKey, BaseURL: "https://llm.example/v1", KeyEnv: "CORP_KEY"},
		"2cbc693de32b5359": {Kind: RunPrepare, Command: "npm ci"},
	} {
		if got := i.Digest(); len(got) != 32 || got[:16] != want {
			t.Errorf("%v: %s", i, got)
		}
	}
}

func TestItemsShowWhatATerminalWouldHide(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"true\x1b[2K\rrm -rf ~", "echo \u202e ok", "a\nb"} {
		got := Item{Kind: RunPrepare, Command: command}.String()
		if strings.ContainsAny(got, "\x1b\r\n\u202e") {
			t.Errorf("%q", got)
		}
	}
	if got := (Item{Kind: RunPrepare, Command: "größe=1 make"}).String(); got != "run, with network: größe=1 make" {
		t.Error(got)
	}
}

func TestStoreKeepsApprovalsApart(t *testing.T) {
	t.Parallel()
	home, one, two := t.TempDir(), t.TempDir(), t.TempDir()
	store := NewStore(filepath.Join(home, "specgen"))
	a, b := evilItem(), Item{Kind: RunPrepare, Command: "npm ci"}
	now := time.Date(2026, 11, 23, 9, 15, 2, 5, time.UTC)
	for range 2 { // twice is once
		if err := store.Approve(one, []Item{a, b}, now); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Approve(two, []Item{b}, now); err != nil {
		t.Fatal(err)
	}
	all, err := store.All()
	if err != nil || len(all) != 3 || !all[0].Time.Equal(now.Truncate(time.Second)) {
		t.Fatalf("%v %+v", err, all)
	}
	for dir, want := range map[string]Approvals{one: {a.Digest(): true, b.Digest(): true}, two: {b.Digest(): true}} {
		got, err := store.For(dir)
		if err != nil || !cmp.Equal(got, want) {
			t.Errorf("%v %v", got, err)
		}
	}
	if n, err := store.Revoke(one, b.Digest()); n != 1 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	if n, err := store.Revoke(two); n != 1 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	if got, err := store.For(one); err != nil || !cmp.Equal(got, Approvals{a.Digest(): true}) {
		t.Errorf("%v %v", got, err)
	}
	left, err := os.ReadDir(filepath.Join(home, "specgen"))
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if info, err := os.Stat(store.Path()); err != nil || (runtime.GOOS != "windows" && info.Mode().Perm() != 0o600) {
		t.Errorf("%v %v", info, err)
	}
}

func TestStoreFollowsSymlinksToTheRepository(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	place, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := errors.Join(os.Mkdir(place, 0o700), os.Symlink(place, link)); err != nil {
		t.Skip(err)
	}
	store := NewStore(dir)
	if err := store.Approve(link, []Item{evilItem()}, time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	if got, err := store.For(place); err != nil || !got.has(evilItem()) {
		t.Errorf("%v %v", got, err)
	}
}

func TestDamagedStoreApprovesNothing(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"broken": `{"v":1,"approvals":[`, "newer": `{"v":2,"approvals":[]}`, "unknown": `{"v":1,"approvals":[],"all":true}`, "empty": "",
	} {
		dir := t.TempDir()
		store := NewStore(dir)
		if err := os.WriteFile(store.Path(), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := store.For(dir); err == nil || got != nil {
			t.Errorf("%s: %v", name, got)
		}
		var errs Errors
		if _, err := Load(Sources{Dir: dir, CommonDir: dir}); !errors.As(err, &errs) || errs[0].Origin.String() != store.Path() {
			t.Errorf("%s: %v", name, err)
		}
		if err := store.Approve(dir, []Item{evilItem()}, time.Unix(0, 0)); err == nil {
			t.Errorf("%s: written over", name)
		}
		if data, err := os.ReadFile(store.Path()); err != nil || string(data) != text {
			t.Errorf("%s: changed", name)
		}
	}
}

// TestOldStoreStaysReadable holds a store as version 1 wrote it.
func TestOldStoreStaysReadable(t *testing.T) {
	t.Parallel()
	data := read(t, "testdata/trust-v1.json")
	store := NewStore(t.TempDir())
	if err := os.WriteFile(store.Path(), data, 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := store.All()
	if err != nil || len(all) != 2 || all[0].Item != evilItem() {
		t.Fatalf("%v %+v", err, all)
	}
	again, err := json.MarshalIndent(storeFile{Version: storeVersion, Approvals: all}, "", "  ")
	if err != nil || string(again)+"\n" != string(data) {
		t.Errorf("written again it is\n%s", again)
	}
}

func TestWithoutHomeNothingIsApproved(t *testing.T) {
	t.Parallel()
	dir := Dir(env())
	if dir != "" {
		t.Fatal(dir)
	}
	if f, err := ReadUser(dir); err != nil || f.Data != nil {
		t.Errorf("%v %v", f, err)
	}
	store := NewStore(dir)
	if got, err := store.For(t.TempDir()); err != nil || len(got) != 0 {
		t.Errorf("%v %v", got, err)
	}
	if err := store.Approve(t.TempDir(), []Item{evilItem()}, time.Unix(0, 0)); !errors.Is(err, ErrNoHome) {
		t.Error(err)
	}
}

func TestDirFollowsTheEnvironment(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("paths of Unix")
	}
	for want, lookup := range map[string]func(string) (string, bool){
		"/x/specgen":            env("XDG_CONFIG_HOME=/x", "HOME=/h"),
		"/h/.config/specgen":    env("HOME=/h"),
		"/h/h2/.config/specgen": env("XDG_CONFIG_HOME=relative", "HOME=/h/h2"),
	} {
		if got := Dir(lookup); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestReadUser(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if f, err := ReadUser(dir); err != nil || f.Data != nil || f.Name == "" {
		t.Errorf("%v %v", f, err)
	}
	if err := os.WriteFile(UserPath(dir), []byte("version: 1\nmodel: {name: mine}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := load(t, Sources{Dir: dir}).Role(model.Judge).Name; got != "mine" {
		t.Error(got)
	}
}

func TestLoadReadsApprovals(t *testing.T) {
	t.Parallel()
	s := Sources{Dir: t.TempDir(), CommonDir: t.TempDir(), Repository: file(evil), Lookup: env("OPENAI_API_KEY=k")}
	if _, allowed, _ := load(t, s).KeyFor(model.Generator); allowed {
		t.Error("allowed without approval")
	}
	if err := NewStore(s.Dir).Approve(s.CommonDir, []Item{evilItem()}, time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	if value, allowed, why := load(t, s).KeyFor(model.Generator); value != "k" || !allowed {
		t.Error(why)
	}
	s.CommonDir = t.TempDir()
	if _, allowed, _ := load(t, s).KeyFor(model.Generator); allowed {
		t.Error("approved for another repository")
	}
}
