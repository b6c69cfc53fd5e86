package model

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
)

// digestDomain separates request digests from all others and names their version. Changing what a digest covers
// makes every transcript unreadable, so it means a new version here and in replay.
const digestDomain = "specgen-request-v1\n"

// bytesPerToken is the measured mean over prose and code of several tokenizers.
const bytesPerToken = 3.5

// messageOverhead is what chat templates add around each message, in tokens.
const messageOverhead = 4

// sent is the part of a request that reaches the endpoint, in a fixed order of keys.
type sent struct {
	Model           string    `json:"model"`
	Messages        []Message `json:"messages"`
	Temperature     *float64  `json:"temperature"`
	Seed            *int      `json:"seed"`
	MaxOutputTokens int       `json:"max_output_tokens"`
	Schema          *Schema   `json:"schema"`
}

// Digest is the SHA-256, in hex, of the canonical JSON of everything that is sent: model, messages, temperature (unset
// and 0 differ), seed, output limit and schema (its white space and key order do not count). The role is left out, because it
// is never sent: the same words asked by two roles get the same answer. So are the adapter's own settings, such as
// address, key and extra body fields.
func (r Request) Digest() string {
	s := sent{
		Model: r.Model, Messages: r.Messages, Temperature: r.Temperature,
		Seed: r.Seed, MaxOutputTokens: r.MaxOutputTokens, Schema: canonicalSchema(r.Schema),
	}
	if s.Messages == nil {
		s.Messages = []Message{}
	}
	h := sha256.New()
	h.Write([]byte(digestDomain))
	if err := json.NewEncoder(h).Encode(s); err != nil {
		// A temperature that is no number has no JSON. The adapter will refuse the request; until then it is told from others.
		_, _ = fmt.Fprintf(h, "%v", s.Messages)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// canonicalSchema gives the schema with sorted keys and without white space. One that is not JSON is kept as a string.
func canonicalSchema(s *Schema) *Schema {
	if s == nil {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(s.Schema))
	dec.UseNumber()
	var value any
	if dec.Decode(&value) != nil {
		value = string(s.Schema)
	}
	raw, err := json.Marshal(value)
	if err != nil {
		raw = []byte("null")
	}
	return &Schema{Name: s.Name, Schema: raw}
}

// EstimateTokens guesses how many tokens the messages take: their bytes / 3.5, and a little for each message's frame.
func EstimateTokens(messages []Message) int {
	n := 0
	for _, m := range messages {
		n += EstimateText(m.Content) + messageOverhead
	}
	return n
}

// EstimateText guesses how many tokens a text takes: its bytes / 3.5, rounded up.
func EstimateText(text string) int { return EstimateBytes(len(text)) }

// EstimateBytes guesses how many tokens a text of n bytes takes.
func EstimateBytes(n int) int { return int(math.Ceil(float64(n) / bytesPerToken)) }
