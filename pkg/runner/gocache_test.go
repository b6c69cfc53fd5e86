package runner

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestCacheProtocol(t *testing.T) {
	t.Parallel()
	folders := cacheFolders{Write: t.TempDir(), Read: []string{t.TempDir()}}
	id := func(c string) string { return base64.StdEncoding.EncodeToString([]byte(strings.Repeat(c, 32))) }
	put := fmt.Sprintf("{\"ID\":1,\"Command\":\"put\",\"ActionID\":%q,\"OutputID\":%q,\"BodySize\":3}\n\n%q\n", id("a"), id("o"), base64.StdEncoding.EncodeToString([]byte("abc")))
	empty := fmt.Sprintf("{\"ID\":2,\"Command\":\"put\",\"ActionID\":%q,\"OutputID\":%q}\n\n", id("b"), id("p"))
	get := func(n int, c string) string {
		return fmt.Sprintf("{\"ID\":%d,\"Command\":\"get\",\"ActionID\":%q}\n\n", n, id(c))
	}
	var out bytes.Buffer
	if err := serveCache(folders, strings.NewReader(put+empty+get(3, "a")+get(4, "b")+get(5, "x")+"{\"ID\":6,\"Command\":\"close\"}\n"), &out); err != nil {
		t.Fatal(err)
	}
	var got []cacheResponse
	for d := json.NewDecoder(&out); ; {
		var r cacheResponse
		if err := d.Decode(&r); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		got = append(got, r)
	}
	if len(got) != 7 || len(got[0].KnownCommands) != 3 || got[3].Size != 3 || got[3].DiskPath == "" || got[4].Miss || !got[5].Miss {
		t.Errorf("%+v", got)
	}
	// What one run wrote another reads.
	other := cacheFolders{Write: t.TempDir(), Read: []string{folders.Write}}
	if r := other.answer(cacheRequest{Command: "get", ActionID: []byte(strings.Repeat("a", 32))}, ""); r.Miss || r.Size != 3 {
		t.Errorf("%+v", r)
	}
}
