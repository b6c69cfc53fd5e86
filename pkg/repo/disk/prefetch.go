package disk

import (
	"io/fs"
	"time"

	"github.com/specgen-dev/specgen/pkg/patch"
)

// Prefetch begins to read the files at these paths, as far as there are any, so that Lookup finds them read. It gives no errors: those
// paths are left to Lookup. Until it is done everything else that is asked of the folder waits.
func (f *Folder) Prefetch(names []string) {
	f.settle()
	done := make(chan struct{})
	f.ahead = done
	go func() {
		defer close(done)
		defer func() { f.lost = recover() }()
		f.prefetch(names)
	}()
}

// settle waits until Prefetch has ended.
func (f *Folder) settle() {
	if f.ahead != nil {
		<-f.ahead
		f.ahead = nil
		if f.lost != nil {
			panic(f.lost) // a fault of this program, which is told where all are
		}
	}
}

func (f *Folder) prefetch(names []string) {
	now := f.options.Clock()
	met := make([]*found, len(names))
	locate := func(i int) (*handle, error) {
		if !fs.ValidPath(names[i]) {
			return nil, nil //nolint:nilnil // nothing is to be done
		}
		parent, _ := split(names[i])
		d, err := f.dir(parent)
		if err != nil || d == nil || d.foreign {
			return nil, nil //nolint:nilnil,nilerr // Lookup will tell
		}
		return f.handle(parent)
	}
	_ = f.inFolders(len(names), locate, func(i int, in *handle) error {
		_, base := split(names[i])
		stamp, err := in.lstat(base)
		if err != nil || !stamp.mode.IsRegular() {
			return nil //nolint:nilerr // Lookup will tell
		}
		if data, err := read(in, names[i], stamp, f.options.MaxFile); err == nil {
			met[i] = regular(stamp, data, now)
		}
		return nil
	})
	for i, e := range met {
		if e != nil {
			f.seen[names[i]] = e
		}
	}
}

// regular describes a file that was read at that time, or a little later.
func regular(seen *stamp, data []byte, at time.Time) *found {
	return &found{entry: patch.Entry{Mode: gitMode(seen.mode), Data: data}, stamp: seen, fresh: at.Sub(seen.time) < granularity}
}
