package model_test

import (
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/model"
)

// A prompt of 200 kB is searched before every request.
func BenchmarkFindSecrets(b *testing.B) {
	line := "\tif token, err := parser.Next(); err != nil { return fmt.Errorf(\"key %q: %w\", key, err) } // https://example.org\n"
	text := strings.Repeat(line+"// nothing to see here, only words and more words\n", 1250)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if found := model.FindSecrets(text, []string{"hunter2-hunter2"}); len(found) > 0 {
			b.Fatalf("%+v", found)
		}
	}
}
