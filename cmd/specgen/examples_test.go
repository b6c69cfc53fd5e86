package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestExamplesAudited audits every folder of examples: as it is, where the code is missing or waits to be generated, and with the last
// of its answers applied. An example without answers is the demo's, whose branch holds its code.
func TestExamplesAudited(t *testing.T) {
	t.Parallel()
	folders, err := filepath.Glob(filepath.Join("..", "..", "examples", "*", "specs"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("there are no examples: %v", err)
	}
	scripts := t.TempDir()
	for _, folder := range folders {
		example := filepath.Dir(folder)
		script := auditOfExample(t, filepath.Base(example), example)
		if err := os.WriteFile(filepath.Join(scripts, filepath.Base(example)+".txtar"), []byte(script), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	runScripts(t, scripts)
}

// auditOfExample is the script of one example.
func auditOfExample(t *testing.T, name, dir string) string {
	t.Helper()
	answers, err := filepath.Glob(filepath.Join(dir, "answers", "[0-9]*.md"))
	if err != nil {
		t.Fatal(err)
	}
	script := fmt.Sprintf("project examples/%s\nendpoint\nexits 3 specgen audit --all --json\nevents stdout audited finished\n", name) +
		"json stdout audited:outcome not-accepted\njson stdout audited:findings []\n"
	accepted := "events stdout audited finished\nverdicts stdout\njson stdout audited:outcome accepted\n"
	if len(answers) == 0 {
		return script + "exits 0 specgen demo --keep $WORK/demo\ncd $WORK/demo\nexits 3 specgen audit " + name +
			"\nexec sh -c 'specgen audit " + name + " --json --rev $(git for-each-ref --format=\"%(refname)\" refs/heads/specgen)'\n" + accepted
	}
	for _, answer := range answers {
		script += "exec git checkout -q .\nexits 0 specgen apply answers/" + filepath.Base(answer) + "\n"
		if answer != answers[len(answers)-1] {
			script += "exits 3 specgen audit --all\n"
		}
	}
	return script + "exits 0 specgen audit --all --json\n" + accepted
}
