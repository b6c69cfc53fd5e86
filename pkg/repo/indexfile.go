package repo

import (
	"bytes"
	"encoding/binary"
	"errors"
	"path"

	"github.com/go-git/go-git/v5/plumbing"
)

// The layout of git's index file, as gitformat-index(5) has it.
const (
	indexHeader    = 12
	indexFixed     = 62 // an entry's bytes before its name
	indexModeAt    = 24
	indexHashAt    = 40
	indexFlagsAt   = 60
	flagAssumed    = 0x8000
	flagExtended   = 0x4000
	flagStage      = 0x3000
	extFlagSkipped = 0x4000
)

// errOddIndex says that the index is of a kind that only git reads: split, sparse, or newer than this code.
var errOddIndex = errors.New("an index that only git reads")

// scanIndex finds the entries of an index file that a scope asks for. A git process needs thirty times as long to do this on
// 50,000 files, most of it for things that nobody asked.
func scanIndex(data []byte, s scope) (indexView, error) {
	view := indexView{tracked: map[string]indexEntry{}}
	if len(data) == 0 {
		return view, nil
	}
	if len(data) < indexHeader+hashSize || string(data[:4]) != "DIRC" {
		return view, errOddIndex
	}
	in := indexReader{data: data[:len(data)-hashSize], at: indexHeader, version: binary.BigEndian.Uint32(data[4:])}
	if in.version < 2 || in.version > 4 {
		return view, errOddIndex
	}
	under := make([][]byte, 0, len(s.under))
	for _, u := range s.under {
		under = append(under, []byte(u))
	}
	for range binary.BigEndian.Uint32(data[8:]) {
		e, err := in.next()
		if err != nil {
			return view, err
		}
		if e.mode == 0o040000 {
			return view, errOddIndex // a folder stands for its files
		}
		if nameWithin(e.name, under) || bytes.HasSuffix(e.name, []byte(".gitattributes")) {
			view.addScanned(e, s)
		}
	}
	return view, in.extensions()
}

func nameWithin(name []byte, under [][]byte) bool {
	for _, u := range under {
		if bytes.HasPrefix(name, u) && (len(name) == len(u) || name[len(u)] == '/') {
			return true
		}
	}
	return len(under) == 0
}

func (v *indexView) addScanned(e scannedEntry, s scope) {
	name := string(e.name)
	if path.Base(name) == ".gitattributes" && !s.enters(path.Dir(name)) && path.Dir(name) != "." {
		return // speaks of other folders
	}
	v.add(indexEntry{
		path: name, mode: e.mode, blob: e.hash.String(),
		skipped: e.ext&extFlagSkipped != 0, assumed: e.flags&flagAssumed != 0, unmerged: e.flags&flagStage != 0,
	}, s)
}

// scannedEntry is an entry as it stands in the file; its name is valid until the next one is read.
type scannedEntry struct {
	mode       uint32
	hash       plumbing.Hash
	flags, ext uint16
	name       []byte
}

type indexReader struct {
	data    []byte
	at      int
	version uint32
	name    []byte // of the entry before, on which version 4 builds
}

func (in *indexReader) next() (scannedEntry, error) {
	begin := in.at
	if len(in.data) < begin+indexFixed+2 {
		return scannedEntry{}, errOddIndex
	}
	fixed := in.data[begin:]
	e := scannedEntry{mode: binary.BigEndian.Uint32(fixed[indexModeAt:]), flags: binary.BigEndian.Uint16(fixed[indexFlagsAt:])}
	copy(e.hash[:], fixed[indexHashAt:])
	in.at += indexFixed
	if e.flags&flagExtended != 0 {
		e.ext = binary.BigEndian.Uint16(in.data[in.at:])
		in.at += 2
	}
	if in.version == 4 && !in.shorten() {
		return e, errOddIndex
	}
	end := bytes.IndexByte(in.data[in.at:], 0)
	if end < 0 {
		return e, errOddIndex
	}
	if in.version != 4 {
		in.name = in.name[:0]
	}
	in.name = append(in.name, in.data[in.at:in.at+end]...)
	in.at += end + 1
	if in.version != 4 {
		in.at = begin + (in.at-begin+7)/8*8 // one to eight NULs, to a multiple of eight
	}
	e.name = in.name
	return e, nil
}

// shorten cuts off the end of the name before, by a number in the variable-width format of pack offsets.
func (in *indexReader) shorten() bool {
	n := 0
	for i := 0; ; i++ {
		if in.at >= len(in.data) || i > 4 {
			return false
		}
		c := in.data[in.at]
		in.at++
		if i > 0 {
			n++
		}
		n = n<<7 | int(c&0x7f)
		if c&0x80 == 0 {
			break
		}
	}
	if n > len(in.name) {
		return false
	}
	in.name = in.name[:len(in.name)-n]
	return true
}

// extensions looks for those that change what the entries mean: they begin with a small letter.
func (in *indexReader) extensions() error {
	for in.at+8 <= len(in.data) {
		if c := in.data[in.at]; c < 'A' || c > 'Z' {
			return errOddIndex
		}
		in.at += 8 + int(binary.BigEndian.Uint32(in.data[in.at+4:]))
		if in.at < 0 {
			return errOddIndex
		}
	}
	return nil
}
