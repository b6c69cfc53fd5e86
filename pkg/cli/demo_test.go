package cli

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/specgen-dev/specgen/pkg/model/replay"
)

var update = flag.Bool("update", false, "write demo/example.txtar anew")

// exampleArchive is examples/fulfilment-window as one file, in the order of its names.
func exampleArchive(t *testing.T) []byte {
	t.Helper()
	root := os.DirFS(filepath.Join("..", "..", "examples", demoComponent))
	var archive txtar.Archive
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, name)
		archive.Files = append(archive.Files, txtar.File{Name: name, Data: bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return txtar.Format(&archive)
}

// TestDemoIsTheExample compares the embedded archive with the folder that people read, file by file.
func TestDemoIsTheExample(t *testing.T) {
	t.Parallel()
	want := exampleArchive(t)
	if *update {
		if err := os.WriteFile(filepath.Join("demo", "example.txtar"), want, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	files := map[string]string{}
	for _, f := range txtar.Parse(want).Files {
		files[f.Name] = string(f.Data)
	}
	for _, f := range txtar.Parse(demoExample).Files {
		if text, ok := files[f.Name]; !ok || text != string(f.Data) {
			t.Errorf("%s differs from examples/%s: run the test with -update, and record the transcript anew", f.Name, path.Join(demoComponent, f.Name))
		}
		delete(files, f.Name)
	}
	for name := range files {
		t.Errorf("%s is missing in demo/example.txtar: run the test with -update, and record the transcript anew", name)
	}
}

// TestDemoTranscriptSaysWhereItIsFrom holds the transcript to what the demo tells people about it. That it leads to accepted code is
// tested by the script demo.txtar of cmd/specgen.
func TestDemoTranscriptSaysWhereItIsFrom(t *testing.T) {
	t.Parallel()
	player, err := replay.Open(bytes.NewReader(demoTranscript))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{headerModel, headerDate} {
		if text, ok := player.Header()[name].(string); !ok || text == "" {
			t.Errorf("the header says nothing of %q: %v", name, player.Header())
		}
	}
	for _, f := range recordedFlags(player.Header()) {
		if f.Key == "model.seed" {
			return
		}
	}
	t.Error("the seed of the transcript is not replayed")
}
