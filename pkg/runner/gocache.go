package runner

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// cacheFolders is where the build cache reads and writes where folders cannot be layered by mounts.
type cacheFolders struct {
	Read  []string `json:"read"`  // looked through in order
	Write string   `json:"write"` // first in order
}

// cacheRequest and cacheResponse are the protocol of GOCACHEPROG, see go doc cmd/go/internal/cacheprog. Go 1.24.
type cacheRequest struct {
	ID       int64  `json:"ID"`
	Command  string `json:"Command"`
	ActionID []byte `json:"ActionID"`
	OutputID []byte `json:"OutputID"`
	BodySize int64  `json:"BodySize"`
}

type cacheResponse struct {
	ID            int64    `json:"ID"`
	Err           string   `json:"Err,omitempty"`
	KnownCommands []string `json:"KnownCommands,omitempty"`
	Miss          bool     `json:"Miss,omitempty"`
	OutputID      []byte   `json:"OutputID,omitempty"`
	Size          int64    `json:"Size,omitempty"`
	DiskPath      string   `json:"DiskPath,omitempty"`
}

// serveCache answers the go command until it closes: reads come from all folders, writes go to one. The folders are laid
// out as the go command's own cache, so that it can use the same ones directly.
func serveCache(folders cacheFolders, in io.Reader, out io.Writer) error {
	requests, answers := json.NewDecoder(bufio.NewReader(in)), json.NewEncoder(out)
	if err := answers.Encode(cacheResponse{KnownCommands: []string{"get", "put", "close"}}); err != nil {
		return err
	}
	for {
		var req cacheRequest
		if err := requests.Decode(&req); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		var body string // base64; JSON strings of this protocol hold nothing that needs escaping
		if req.Command == "put" && req.BodySize > 0 {
			if err := requests.Decode(&body); err != nil {
				return err
			}
		}
		res := folders.answer(req, body)
		res.ID = req.ID
		if err := answers.Encode(res); err != nil || req.Command == "close" {
			return err
		}
	}
}

func (f cacheFolders) answer(req cacheRequest, body string) cacheResponse {
	switch req.Command {
	case "get":
		for _, dir := range append([]string{f.Write}, f.Read...) {
			if res, ok := cacheGet(dir, req.ActionID); ok {
				return res
			}
		}
		return cacheResponse{Miss: true}
	case "put":
		path, err := cachePut(f.Write, req, body)
		if err != nil {
			return cacheResponse{Err: err.Error()}
		}
		return cacheResponse{DiskPath: path}
	}
	return cacheResponse{}
}

// cacheGet reads an entry "v1 ACTION OUTPUT SIZE TIME" and finds the file that it names.
func cacheGet(dir string, action []byte) (cacheResponse, bool) {
	data, err := os.ReadFile(cacheFile(dir, action, "-a"))
	fields := strings.Fields(string(data))
	if err != nil || len(fields) != 5 || fields[0] != "v1" || fields[1] != hex.EncodeToString(action) {
		return cacheResponse{}, false
	}
	output, err1 := hex.DecodeString(fields[2])
	size, err2 := strconv.ParseInt(fields[3], 10, 64)
	if err1 != nil || err2 != nil || len(output) == 0 {
		return cacheResponse{}, false
	}
	path := cacheFile(dir, output, "-d")
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != size {
		return cacheResponse{}, false
	}
	return cacheResponse{OutputID: output, Size: size, DiskPath: path}, true
}

func cachePut(dir string, req cacheRequest, body string) (string, error) {
	if len(req.ActionID) == 0 || len(req.OutputID) == 0 {
		return "", errors.New("an entry without a name")
	}
	data, err := base64.StdEncoding.DecodeString(body)
	if err != nil {
		return "", err
	}
	path := cacheFile(dir, req.OutputID, "-d")
	if err := writeCacheFile(path, data); err != nil {
		return "", err
	}
	// The time decides when the go command would drop the entry. 1 is old, and here nothing is dropped.
	entry := fmt.Sprintf("v1 %x %x %20d %20d\n", req.ActionID, req.OutputID, len(data), 1)
	return path, writeCacheFile(cacheFile(dir, req.ActionID, "-a"), []byte(entry))
}

// writeCacheFile never shows half a file to another build.
func writeCacheFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "new-")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func cacheFile(dir string, id []byte, suffix string) string {
	name := hex.EncodeToString(id)
	return filepath.Join(dir, name[:min(2, len(name))], name+suffix)
}

// cacheProgram is the program that go asks for builds, where its cache cannot be layered by mounts.
func cacheProgram(in layout) string {
	return filepath.Join(filepath.Dir(in.Guard), "cache", cacheName)
}
