package openai

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/specgen-dev/specgen/pkg/model"
)

// hintTime bounds the extra request that only makes an error's hint better.
const hintTime = 10 * time.Second

// shownModels is how many models a hint names.
const shownModels = 8

// Models gives the names of the models that the endpoint offers, in its order. Errors are *model.Error.
func (c *Client) Models(ctx context.Context) ([]string, error) {
	watched, w := c.watch(ctx)
	defer w.stop()
	x := &exchange{client: c, watch: w, list: true}
	_, err := c.vendorClient(x).ListModels(watched)
	if err != nil && x.raw == nil {
		return nil, c.blame(ctx, watched, x, err)
	}
	// go-openai's own reading is stricter than some endpoints are.
	names, err := modelNames(x.raw)
	if err != nil {
		return nil, c.badResponse(x.address, "answered with something that is no list of models", x.raw, err)
	}
	return names, nil
}

// modelNames reads {"data": [{"id": ...}]} or the bare list.
func modelNames(raw []byte) ([]string, error) {
	type entry struct {
		ID string `json:"id"`
	}
	var entries []entry
	if json.Unmarshal(raw, &entries) != nil {
		var outer struct {
			Data *[]entry `json:"data"`
		}
		if err := json.Unmarshal(raw, &outer); err != nil {
			return nil, err
		}
		if outer.Data == nil {
			return nil, fmt.Errorf("no data in %q", firstWords(raw))
		}
		entries = *outer.Data
	}
	names := []string{}
	for _, e := range entries {
		if e.ID != "" {
			names = append(names, e.ID)
		}
	}
	return names, nil
}

// suggestModels adds to a not-found error what the endpoint does offer.
func (c *Client) suggestModels(ctx context.Context, fault *model.Error, wanted string) error {
	ctx, cancel := context.WithTimeout(ctx, hintTime)
	defer cancel()
	names, err := c.Models(ctx)
	better := *fault
	switch {
	case err != nil:
		better.Hint = fmt.Sprintf("check base_url (%s): it does not list models either", c.base)
		if !strings.HasSuffix(c.base, "/v1") {
			better.Hint += fmt.Sprintf("; most end in /v1, so try %s/v1", c.base)
		}
	case slices.Contains(names, wanted):
		better.Hint = fmt.Sprintf("the endpoint lists %s, so check that it is a chat model and that base_url (%s) is right", wanted, c.base)
	case len(names) > 0:
		better.Hint = "this endpoint offers: " + Offer(names, wanted)
	}
	return c.fault(better)
}

// Offer is a sentence part that names models, the nearest to wanted first, a handful at most.
func Offer(names []string, wanted string) string {
	sorted := slices.Clone(names)
	slices.SortStableFunc(sorted, func(a, b string) int { return distance(a, wanted) - distance(b, wanted) })
	shown := strings.Join(sorted[:min(shownModels, len(sorted))], ", ")
	if more := len(sorted) - shownModels; more > 0 {
		shown += fmt.Sprintf(" and %d more", more)
	}
	return shown
}

// distance is how many letters must change to make b of a (Levenshtein), less what a shared part saves: gpt-4.1 should find gpt-4.1-mini.
func distance(a, b string) int {
	a, b = strings.ToLower(a), strings.ToLower(b)
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	if b != "" && strings.Contains(a, b) {
		return row[len(b)] - len(b)
	}
	return row[len(b)]
}
