package openai

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// doneMark ends a stream in this API.
const doneMark = "[DONE]"

// dataLines reads a stream of server-sent events and gives only its data lines. go-openai would count comments as errors after a while,
// wait for one more line after an error object, and lose an error that follows a comment.
type dataLines struct {
	src     *bufio.Reader
	body    io.Closer
	from    *exchange
	pending []byte
	isError bool // the event's name was "error"
}

// Read gives data lines. An error object in the stream comes out as *model.Error.
func (d *dataLines) Read(p []byte) (int, error) {
	for len(d.pending) == 0 {
		if err := d.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, d.pending)
	d.pending = d.pending[n:]
	return n, nil
}

// Close ends the exchange.
func (d *dataLines) Close() error { return d.body.Close() }

// next reads one line. A last line without its end counts if it is whole.
func (d *dataLines) next() error {
	line, readErr := d.src.ReadBytes('\n')
	if readErr != nil && !errors.Is(readErr, io.EOF) {
		return readErr
	}
	line = bytes.TrimSpace(line)
	data, isData := bytes.CutPrefix(line, []byte("data:"))
	data = bytes.TrimSpace(data)
	switch {
	case bytes.HasPrefix(line, []byte("event:")):
		d.isError = string(bytes.TrimSpace(line[len("event:"):])) == "error"
		return readErr
	case bytes.HasPrefix(line, []byte("{")):
		// Some servers fall out of the event format to say what went wrong.
		data = line
		if _, bad := errorObject(line); !bad {
			return readErr
		}
	case !isData || len(data) == 0:
		return readErr
	}
	if said, bad := errorObject(data); bad || d.isError {
		return d.from.client.objectFault(d.from.address, said.orText(data))
	}
	if string(data) == doneMark {
		d.from.ended = true
	}
	if readErr != nil && string(data) != doneMark && !json.Valid(data) {
		return readErr
	}
	d.pending = dataLine(data)
	return nil
}

// dataLine makes a line that go-openai reads as data. It takes a line that begins with {"error": for an error, even where the
// error is null; a space changes its mind.
func dataLine(data []byte) []byte {
	line := []byte("data: ")
	if rest, found := bytes.CutPrefix(data, []byte(`{"error":`)); found {
		line, data = append(line, `{ "error":`...), rest
	}
	return append(append(line, data...), '\n')
}
