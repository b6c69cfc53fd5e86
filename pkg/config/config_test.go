package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/spec"
)

var update = flag.Bool("update", false, "rewrite golden files")

// golden compares with a file, or rewrites it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(read(t, name)), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func read(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func env(pairs ...string) func(string) (string, bool) {
	m := map[string]string{}
	for _, p := range pairs {
		k, v, _ := strings.Cut(p, "=")
		m[k] = v
	}
	return func(name string) (string, bool) { v, ok := m[name]; return v, ok }
}

func file(text string) File { return File{Name: FileName, Data: []byte(text)} }

func user(text string) File { return File{Name: "/user/config.yaml", Data: []byte(text)} }

func load(t *testing.T, s Sources) *Resolved {
	t.Helper()
	r, err := Load(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestBadFilesSayWhereAndWhatToDo(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(names) < 30 {
		t.Fatalf("%d files: %v", len(names), err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			data := read(t, name)
			_, err := Load(Sources{Repository: File{Name: FileName, Data: data}})
			var errs Errors
			if !errors.As(err, &errs) {
				t.Fatalf("got %v", err)
			}
			var out bytes.Buffer
			for _, e := range errs {
				out.WriteString(e.Error() + "\n")
				for line := range strings.SplitSeq(e.Excerpt, "\n") {
					out.WriteString("    " + line + "\n")
				}
				out.WriteString("  " + e.Hint + "\n")
				if e.Origin.Line < 1 || e.Origin.Col < 1 {
					t.Errorf("no place: %+v", e.Origin)
				}
			}
			for _, secret := range []string{"Zm9vYmFy", "hunter2", "f3a9c81b"} {
				if strings.Contains(out.String(), secret) {
					t.Errorf("shows the secret:\n%s", out.String())
				}
			}
			golden(t, strings.TrimSuffix(name, ".yaml")+".txt", out.Bytes())
		})
	}
}

// TestOldFilesStayReadable holds every file that a released version could read, and what it meant.
func TestOldFilesStayReadable(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/v*/*.yaml")
	if err != nil || len(names) < 4 {
		t.Fatalf("%d files: %v", len(names), err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			data := read(t, name)
			r := load(t, Sources{Repository: File{Name: FileName, Data: data}})
			out, err := json.MarshalIndent(r.Show(), "", " ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, strings.TrimSuffix(name, ".yaml")+".json", append(out, '\n'))
		})
	}
}

func TestFullFileSetsEveryKey(t *testing.T) {
	t.Parallel()
	r := load(t, Sources{Repository: File{Data: read(t, "testdata/v1/full.yaml")}})
	for _, k := range keys() {
		if _, set := r.origins[k.name]; !set && k.name != "version" && !strings.HasPrefix(k.name, rolesPrefix) {
			t.Errorf("%s is not in full.yaml", k.name)
		}
	}
}

func TestStrongerSourcesWin(t *testing.T) {
	t.Parallel()
	s := Sources{Lookup: env()}
	check := func(want, origin string) {
		t.Helper()
		r := load(t, s)
		if got := r.Role(model.Generator).Name; got != want {
			t.Errorf("name is %q, want %q", got, want)
		}
		if got := r.Origin("model.name").String(); got != origin {
			t.Errorf("origin is %q, want %q", got, origin)
		}
	}
	check("", "default")
	s.User = user("version: 1\nmodel:\n  name: user\n")
	check("user", "/user/config.yaml:3:9")
	s.Repository = file("version: 1\nmodel:\n  name: file\n")
	check("file", "specgen.yaml:3:9")
	s.Lookup = env("SPECGEN_MODEL=env")
	check("env", "environment SPECGEN_MODEL")
	s.Flags = Flags{{Key: "model.name", Value: "flag", Name: "--model"}}
	check("flag", "flag --model")
}

func TestRoleInheritsWhatItDoesNotSet(t *testing.T) {
	t.Parallel()
	s := Sources{
		Repository: file("version: 1\nmodel: {name: small, temperature: 0.7, max_output_tokens: 4096, seed: 1}\n" +
			"roles:\n  judge: {name: big, temperature: 0, max_output_tokens: 0}\n"),
		Lookup: env("SPECGEN_MODEL=other"),
	}
	r := load(t, s)
	judge, generator := r.Settings(model.Judge), r.Settings(model.Generator)
	if generator.Model != "other" || *generator.Temperature != 0.7 || generator.MaxOutputTokens != 4096 {
		t.Errorf("generator: %+v", generator)
	}
	if judge.Model != "big" || *judge.Temperature != 0 || judge.MaxOutputTokens != 0 || *judge.Seed != 1 {
		t.Errorf("judge: %+v", judge)
	}
	if got := r.Origin("roles.judge.seed"); got != r.Origin("model.seed") || got.Line != 2 {
		t.Errorf("origin of an inherited key: %v", got)
	}
	s.Flags = Flags{{Key: "roles.judge.name", Value: "", Name: "--set"}}
	if got := load(t, s).Role(model.Judge).Name; got != "other" {
		t.Errorf("an empty flag leaves the role's own model %q", got)
	}
}

func TestPricesBelongToTheirModel(t *testing.T) {
	t.Parallel()
	const priced = "version: 1\nbudget: {cost: 1}\nmodel: {name: small, prices: {input: 1, output: 2}}\n"
	name := func(v string) Flags { return Flags{{Key: "model.name", Value: v, Name: "--model"}} }
	for _, c := range []struct {
		name, file string
		flags      Flags
		want       model.Prices
		ready      bool
	}{
		{"as in the file", priced, nil, model.Prices{"small": {Input: 1, Output: 2}}, true},
		{"the same by flag", priced, name("small"), model.Prices{"small": {Input: 1, Output: 2}}, true},
		{"another model by flag", priced, name("dear"), model.Prices{}, false},
		{"prices and name by flag", priced, append(name("dear"), Flag{Key: "model.prices.output", Value: "9"}), model.Prices{"dear": {Input: 1, Output: 9}}, true},
		{"another model for a role", priced + "roles: {judge: {name: dear}}\n", nil, model.Prices{"small": {Input: 1, Output: 2}}, false},
		{
			"a role with its own", priced + "roles: {judge: {name: dear, prices: {input: 3, cached_input: 0.5, output: 4}}}\n", nil,
			model.Prices{"small": {Input: 1, Output: 2}, "dear": {Input: 3, CachedInput: 0.5, Output: 4}},
			true,
		},
		{"prices without a name", "version: 1\nbudget: {cost: 1}\nmodel: {prices: {input: 0, output: 0}}\n", name("any"), model.Prices{"any": {}}, true},
		{
			"prices without a name are not a role's", "version: 1\nbudget: {cost: 1}\nmodel: {prices: {input: 0, output: 0}}\nroles: {judge: {name: dear}}\n",
			name("any"),
			model.Prices{"any": {}},
			false,
		},
		{"none", "version: 1\nbudget: {cost: 1}\nmodel: {name: small}\n", nil, model.Prices{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := load(t, Sources{Repository: file(c.file), Flags: c.flags})
			if diff := cmp.Diff(c.want, r.Prices()); diff != "" {
				t.Error(diff)
			}
			err := r.Ready(model.Generator, model.Judge)
			var e *Error
			if errs := Errors(nil); (err == nil) != c.ready || (err != nil && (!errors.As(err, &errs) || !errors.As(err, &e))) {
				t.Errorf("ready: %v", err)
			}
			if e != nil && (e.Origin.Line != 2 || !strings.Contains(e.Hint, "model.prices")) {
				t.Errorf("%v at %v: %s", e, e.Origin, e.Hint)
			}
		})
	}
}

func TestReadyWithoutModel(t *testing.T) {
	t.Parallel()
	r := load(t, Sources{Repository: file("version: 1\nroles: {judge: {name: big}}\n"), Lookup: env("OPENAI_BASE_URL=http://localhost:1/v1/")})
	if err := r.Ready(model.Judge); err != nil {
		t.Error(err)
	}
	var missing *NoModelError
	if err := r.Ready(model.Judge, model.Generator); !errors.As(err, &missing) || missing.Role != model.Generator || missing.BaseURL != "http://localhost:1/v1" {
		t.Errorf("got %#v", err)
	}
}

func TestCIChangesTheDefaultOfTighten(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]Tighten{"true": TightenPropose, "1": TightenPropose, "false": TightenAuto, "0": TightenAuto, "": TightenAuto} {
		r := load(t, Sources{Lookup: env("CI=" + value)})
		if r.Config().Tighten != want || r.CI() != (want == TightenPropose) {
			t.Errorf("CI=%s: %s", value, r.Config().Tighten)
		}
	}
	r := load(t, Sources{Lookup: env("CI=1"), Repository: file("version: 1\ntighten: auto\n")})
	if r.Config().Tighten != TightenAuto || r.Origin("tighten").Line != 2 {
		t.Error("the file does not beat the default in CI")
	}
}

func TestBadFlagsAndVariables(t *testing.T) {
	t.Parallel()
	_, err := Load(Sources{
		Lookup: env("OPENAI_BASE_URL=localhost:8080"),
		Flags: Flags{
			{Key: "budget.attempts", Value: "x", Name: "--max-attempts"},
			{Key: "budget.attempts", Value: "0", Name: "--max-attempts"},
			{Key: "model.nam", Value: "x", Name: "--set"},
			{Key: "version", Value: "1", Name: "--set"},
			{Key: "model.key_env", Value: "sk-proj-Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA", Name: "--key-env"},
		},
	})
	want := "environment OPENAI_BASE_URL: base_url is no address\n" +
		"flag --max-attempts: attempts takes a whole number\n" +
		"flag --max-attempts: attempts must be more than 0\n" +
		"flag --set: there is no setting model.nam\n" +
		"flag --set: there is no setting version\n" +
		"flag --key-env: key_env takes the name of a variable, and this looks like a key or like no name"
	if err == nil || err.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
}

func TestUserConfigurationHoldsModelsOnly(t *testing.T) {
	t.Parallel()
	_, err := Load(Sources{User: user("version: 1\nmodel: {name: x}\nsandbox: {mode: \"off\"}\n")})
	if err == nil || err.Error() != "/user/config.yaml:3:1: sandbox can be set in the repository only" {
		t.Errorf("got %v", err)
	}
}

// TestEveryKeyCanBeSet sets each key by flag to its default or a sample, and finds it with its origin.
func TestEveryKeyCanBeSet(t *testing.T) {
	t.Parallel()
	samples := map[reflect.Type]string{
		reflect.TypeFor[int](): "3", reflect.TypeFor[float64](): "1.5", reflect.TypeFor[string](): "ABC", reflect.TypeFor[bool](): "true",
		reflect.TypeFor[Duration](): "1m30s", reflect.TypeFor[Size](): "3KiB", reflect.TypeFor[[]string](): "/a,/b",
		reflect.TypeFor[[]spec.SectionKind](): "behavior,invariants",
	}
	special := map[string]string{"model.base_url": "http://h/v1", "specs": "a/*.md,b/*.md"}
	for _, k := range keys() {
		typ := k.typ
		if typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		sample, ok := samples[typ]
		if w := words(typ); w != nil {
			sample, ok = w[len(w)-1], true
		}
		if s, is := special[setting(k.name)]; is {
			sample = s
		}
		if !ok {
			t.Fatalf("%s: no sample for %v", k.name, k.typ)
		}
		if k.name == "version" || strings.Contains(k.name, ".prices.") {
			continue
		}
		r := load(t, Sources{Flags: Flags{{Key: k.name, Value: sample, Name: "--set"}}})
		found := false
		for _, s := range r.Show() {
			if s.Key == k.name {
				found = s.Origin == Origin{Source: FromFlag, Name: "--set"}
				text, err := json.Marshal(s.Value)
				if err != nil || strings.ReplaceAll(strings.Trim(string(text), `"[]`), `"`, "") != sample {
					t.Errorf("%s is %s, want %s", k.name, text, sample)
				}
			}
		}
		if !found {
			t.Errorf("%s is not shown with its origin", k.name)
		}
	}
}

func TestShowNeverHoldsAKey(t *testing.T) {
	t.Parallel()
	const planted = "sk-proj-Zm9vYmFyYmF6cXV4"
	r := load(t, Sources{
		Lookup:     env("OPENAI_API_KEY="+planted, "CORP="+planted),
		Repository: file("version: 1\nroles: {judge: {base_url: 'https://corp.example/v1', key_env: CORP}}\n"),
	})
	text, err := json.Marshal([]any{r.Show(), r.Keys(), r.Requests(nil)})
	if err != nil || strings.Contains(string(text), planted) {
		t.Errorf("%v: %s", err, text)
	}
	want := []KeyStatus{
		{BaseURL: DefaultBaseURL, KeyEnv: DefaultKeyEnv, Roles: []model.Role{model.Generator, model.Tightener, model.Tester}, Set: true, Allowed: true},
		{
			BaseURL: "https://corp.example/v1", KeyEnv: "CORP", Roles: []model.Role{model.Judge}, Set: true,
			Why: "specgen.yaml:2:27 wants to send the value of CORP to https://corp.example/v1, which you have not approved",
		},
	}
	if diff := cmp.Diff(want, r.Keys()); diff != "" {
		t.Error(diff)
	}
}

func TestDurationsAndSizesReadWhatTheyWrite(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := Duration(rapid.Int64Range(0, int64(1000*time.Hour)).Draw(t, "d"))
		s := Size(rapid.Int64Range(0, 1<<50).Draw(t, "s"))
		var d2 Duration
		var s2 Size
		if err := errors.Join(d2.UnmarshalText([]byte(d.String())), s2.UnmarshalText([]byte(s.String()))); err != nil || d2 != d || s2 != s {
			t.Fatalf("%v %v: %v", d, s, err)
		}
	})
	for text, want := range map[string]Size{"2GiB": 2 << 30, "2G": 2 << 30, "2Gi": 2 << 30, "2GB": 2e9, "1024": 1024, "5B": 5, "1 KiB": 1024} {
		var s Size
		if err := s.UnmarshalText([]byte(text)); err != nil || s != want {
			t.Errorf("%s: %d, %v", text, s, err)
		}
	}
	for _, text := range []string{"", "GiB", "-1", "1.5G", "999999999999999999T", "1X"} {
		if err := new(Size).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is read", text)
		}
	}
	for d, want := range map[Duration]string{Duration(time.Hour): "1h", Duration(90 * time.Second): "1m30s", 0: "0s", Duration(100 * time.Minute): "1h40m"} {
		if d.String() != want {
			t.Errorf("%s, want %s", d, want)
		}
	}
}

// FuzzLoad: whatever the file holds, it is read or refused with a place; nothing panics.
func FuzzLoad(f *testing.F) {
	for _, glob := range []string{"testdata/bad/*.yaml", "testdata/v1/*.yaml"} {
		names, err := filepath.Glob(glob)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range names {
			f.Add(read(f, name))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := Load(Sources{Repository: File{Name: FileName, Data: data}})
		var errs Errors
		if err != nil && (!errors.As(err, &errs) || errs[0].Origin.Line < 1) {
			t.Fatalf("%#v", err)
		}
	})
}
