package cli

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/config"
)

func TestConfigShowSaysWhereEachValueCameFrom(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "-- specgen.yaml --\nversion: 1\nmodel:\n  name: from-file\n  seed: 3\nroles:\n  judge: {name: big}\n")
	d.environ = append(d.environ, "SPECGEN_MODEL=from-env", "OPENAI_API_KEY=sk-planted-0123456789abcdef")
	d.write("../ignored", "")
	out := d.must("config", "show", "--max-attempts", "9")
	for key, want := range map[string]string{
		"model.name": "from-env environment SPECGEN_MODEL", "model.seed": "3 specgen.yaml:4:9", "budget.attempts": "9 flag --max-attempts",
		"retry": "auto default", "roles.judge.name": "big specgen.yaml:6:17", "OPENAI_API_KEY": "set goes to https://api.openai.com/v1 generator, judge, tightener, tester",
	} {
		found := false
		for line := range strings.Lines(out) {
			found = found || strings.Join(strings.Fields(line), " ") == key+" "+want
		}
		if !found {
			t.Errorf("%s %s is missing in\n%s", key, want, out)
		}
	}
	if strings.Contains(out, "sk-planted") {
		t.Errorf("a key is shown:\n%s", out)
	}
	if again := d.must("config", "--max-attempts", "9"); again != out {
		t.Error("config alone is not config show")
	}
}

func TestConfigShowForPrograms(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "-- specgen.yaml --\nversion: 1\nbudget: {time: 1h}\n")
	var r struct {
		V        int                `json:"v"`
		Settings []config.Shown     `json:"settings"`
		Keys     []config.KeyStatus `json:"keys"`
	}
	if err := json.Unmarshal([]byte(d.must("config", "show", "--json")), &r); err != nil || r.V != 1 || len(r.Keys) != 1 || r.Keys[0].Set {
		t.Fatalf("%v %+v", err, r)
	}
	for _, s := range r.Settings {
		if s.Key == "budget.time" && (s.Value != "1h" || s.Origin.Line != 2 || s.Origin.Source != "file") {
			t.Errorf("%+v", s)
		}
	}
}

func TestConfigOutsideOfARepository(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "")
	d.dir = t.TempDir()
	contains(t, d.must("config", "show"), "model.base_url", "default")
	contains(t, d.must("config", "path"), "config.yaml", "not there", "trust.json")
	contains(t, d.must("config", "schema"), `"$schema"`, `"additionalProperties": false`)
}

func TestConfigPathNamesTheFilesThatAreRead(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "-- specgen.yaml --\nversion: 1\n-- sub/x --\n")
	d.dir = filepath.Join(d.dir, "sub")
	for line := range strings.Lines(d.must("config", "path")) {
		if strings.HasPrefix(line, "repository") && (!strings.Contains(line, "specgen.yaml") || strings.Contains(line, "not there")) {
			t.Error(line)
		}
	}
}

func TestConfigErrorsNameThePlaceAndTheFix(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "-- specgen.yaml --\nversion: 1\nmodel:\n  nam: x\n")
	d.refused(ExitUsage, []string{"specgen: specgen.yaml:3:3: there is no key nam under model", "  nam: x", "  ^~~", "did you mean name?"}, "config", "show")
	d.refused(ExitUsage, []string{"config: unknown word", "show, schema, path"}, "config", "shwo")
	d.write("specgen.yaml", "")
	d.refused(ExitUsage, []string{"specgen.yaml:1:1: version is missing"}, "config", "show")
}
