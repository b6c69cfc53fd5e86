package journal

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"
)

const (
	streamName = "journal.jsonl"
	lockName   = "lock"
	blobFolder = "blobs"
)

// ErrBusy says that another process is writing this journal.
var ErrBusy = errors.New("the run is going on in another process")

// Journal is one run's record on disk, open for writing. It is safe for concurrent use.
type Journal struct {
	mu     sync.Mutex
	dir    string
	file   *os.File
	lock   *os.File
	seq    int
	clock  func() time.Time
	listen func(Event)
	past   []Event
}

// Open creates the journal of a run in dir, or opens it to go on. It holds a lock until Close: ErrBusy if another process
// has it. listen, if not nil, is told every event after it is on disk. A torn last line, left by a crash, is cut off.
func Open(dir string, clock func() time.Time, listen func(Event)) (*Journal, error) {
	if err := os.MkdirAll(filepath.Join(dir, blobFolder), 0o700); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	lock, err := tryLock(filepath.Join(dir, lockName))
	if err != nil {
		return nil, err
	}
	j := &Journal{dir: dir, lock: lock, clock: clock, listen: listen}
	if err := j.openStream(); err != nil {
		_ = lock.Close()
		return nil, err
	}
	return j, nil
}

func (j *Journal) openStream() error {
	path := filepath.Join(j.dir, streamName)
	text, err := os.ReadFile(path) //nolint:gosec // the path is specgen's own
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("journal: %w", err)
	}
	whole := bytes.LastIndexByte(text, '\n') + 1
	if j.past, err = parse(text[:whole]); err != nil {
		return err
	}
	if j.file, err = os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600); err != nil { //nolint:gosec // as above
		return fmt.Errorf("journal: %w", err)
	}
	if whole < len(text) {
		if err := j.file.Truncate(int64(whole)); err != nil {
			return fmt.Errorf("journal: cut off a torn line: %w", err)
		}
	}
	if n := len(j.past); n > 0 {
		j.seq = j.past[n-1].Seq
	}
	return nil
}

// Past gives the events that were there when the journal was opened.
func (j *Journal) Past() []Event { return j.past }

// Dir is the folder of the journal.
func (j *Journal) Dir() string { return j.dir }

// Append writes an event durably and then tells the listener.
func (j *Journal) Append(b Body) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	e := Event{V: Version, Seq: j.seq + 1, Time: j.clock().UTC(), Kind: b.Kind(), Body: b}
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	if err := j.file.Sync(); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	j.seq++
	if j.listen != nil {
		j.listen(e)
	}
	return nil
}

// Put stores a blob and gives its name, the hex SHA-256 of its bytes. Equal blobs are stored once.
func (j *Journal) Put(data []byte) (string, error) {
	sum := sha256.Sum256(data)
	name := hex.EncodeToString(sum[:])
	path := filepath.Join(j.dir, blobFolder, name)
	if _, err := os.Stat(path); err == nil {
		return name, nil
	}
	if err := writeDurably(path, data); err != nil {
		return "", fmt.Errorf("journal: blob: %w", err)
	}
	return name, nil
}

// writeDurably leaves either the whole file or none.
func writeDurably(path string, data []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp.Name()) }()
	if _, err := temp.Write(data); err != nil {
		return errors.Join(err, temp.Close())
	}
	if err := errors.Join(temp.Sync(), temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}

// Blob reads what Put stored.
func (j *Journal) Blob(name string) ([]byte, error) {
	return Folder(j.dir).Blob(name)
}

// Close ends writing and gives up the lock.
func (j *Journal) Close() error { return errors.Join(j.file.Close(), j.lock.Close()) }

// Files reads a journal by the slash-separated names of its files.
type Files func(name string) ([]byte, error)

// Folder reads a live journal.
func Folder(dir string) Files {
	return func(name string) ([]byte, error) { return fs.ReadFile(os.DirFS(dir), name) }
}

// Memory reads a journal that was kept elsewhere, such as in git.
func Memory(files map[string][]byte) Files {
	return func(name string) ([]byte, error) {
		if data, ok := files[name]; ok {
			return data, nil
		}
		return nil, fs.ErrNotExist
	}
}

// Events gives all events. A torn last line is left out.
func (f Files) Events() ([]Event, error) {
	text, err := f(streamName)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	return parse(text[:bytes.LastIndexByte(text, '\n')+1])
}

// Blob gives a blob, checked against its name.
func (f Files) Blob(name string) ([]byte, error) {
	if len(name) != 2*sha256.Size || strings.Trim(name, "0123456789abcdef") != "" {
		return nil, fmt.Errorf("journal: %q is no blob name", name)
	}
	data, err := f(blobFolder + "/" + name)
	if err != nil {
		return nil, fmt.Errorf("journal: blob: %w", err)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != name {
		return nil, fmt.Errorf("journal: blob %s is damaged", name)
	}
	return data, nil
}

// All gives every file of a live journal by its slash-separated name, without the lock.
func All(dir string) (map[string][]byte, error) {
	files := map[string][]byte{}
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == lockName || strings.HasPrefix(d.Name(), ".new-") {
			return err
		}
		files[path], err = fs.ReadFile(root, path)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	return files, nil
}

func parse(text []byte) ([]Event, error) {
	var events []Event
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, max(len(text)+1, 1<<16))
	for n := 1; lines.Scan(); n++ {
		var e Event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return nil, fmt.Errorf("journal: line %d: %w", n, err)
		}
		events = append(events, e)
	}
	return events, lines.Err()
}

// LastSession gives the events of the last process that worked on a run: from the last resumption on, led by the event
// that started the run.
func LastSession(events []Event) []Event {
	for i := len(events) - 1; i > 0; i-- {
		if events[i].Kind == (RunResumed{}).Kind() {
			return append([]Event{events[0]}, events[i:]...)
		}
	}
	return events
}

// Elapsed is how long the processes of a run worked on it, the time between them left out.
func Elapsed(events []Event) time.Duration {
	var total time.Duration
	begin := 0
	for i := range events {
		last := i == len(events)-1
		if last || events[i+1].Kind == (RunResumed{}).Kind() {
			total += events[i].Time.Sub(events[begin].Time)
			begin = i + 1
		}
	}
	return total
}

// Began is when the run in a folder began; zero where its journal has no event.
func Began(dir string) time.Time {
	file, err := os.Open(filepath.Join(dir, streamName)) //nolint:gosec // the path is specgen's own
	if err != nil {
		return time.Time{}
	}
	defer func() { _ = file.Close() }()
	line, err := bufio.NewReader(file).ReadBytes('\n')
	var first Event
	if err != nil || json.Unmarshal(line, &first) != nil {
		return time.Time{}
	}
	return first.Time
}

// Runs lists the run IDs under a folder of journals, newest first.
func Runs(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("journals: %w", err)
	}
	var runs []string
	for _, e := range entries {
		if e.IsDir() {
			runs = append(runs, e.Name())
		}
	}
	sort.Sort(sort.Reverse(sort.StringSlice(runs)))
	return runs, nil
}
