package config

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/specgen-dev/specgen/pkg/model"
)

// ItemKind is a sort of thing that a repository needs approval for.
type ItemKind string

// What a repository cannot grant itself.
const (
	SendKey        ItemKind = "send-key"        // send the value of a variable to an address
	RunPrepare     ItemKind = "run-prepare"     // run a command with network, outside the walls for model-written code
	SandboxNone    ItemKind = "sandbox-off"     // run model-written code without walls
	SandboxReading ItemKind = "sandbox-reading" // let model-written code read a path outside the checkout
)

// Item is one thing that needs approval. What is approved is exactly this: another address, variable, command or path is
// another item.
type Item struct {
	Kind    ItemKind `json:"kind"`
	BaseURL string   `json:"base_url,omitempty"`
	KeyEnv  string   `json:"key_env,omitempty"`
	Command string   `json:"command,omitempty"`
	Path    string   `json:"path,omitempty"`
}

// digestLength is the length of a digest in characters: 128 bits in hex.
const digestLength = 32

// Digest names the item: the first 128 bits of the SHA-256 of its JSON.
func (i Item) Digest() string {
	text, err := json.Marshal(i)
	if err != nil {
		return "" // a struct of strings always marshals; an empty digest approves nothing
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:digestLength]
}

// String says what would happen, in one line that a terminal shows as it is.
func (i Item) String() string {
	switch i.Kind {
	case SendKey:
		return "send the value of " + printable(i.KeyEnv) + " to " + printable(i.BaseURL)
	case RunPrepare:
		return "run, with network: " + printable(i.Command)
	case SandboxNone:
		return "run code that a model wrote without a sandbox"
	case SandboxReading:
		return "let code that a model wrote read " + printable(i.Path)
	}
	return string(i.Kind)
}

// printable quotes a text that a terminal would not show as it is.
func printable(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(text)
	}
	return text
}

// Prepare are the commands that one spec wants to have run before the first attempt.
type Prepare struct {
	Spec     string // path
	Commands []string
}

// Request is an item with who asks for it and how things stand.
type Request struct {
	Item
	Wanted   []string `json:"wanted_by"`          // places: roles, specs, keys of specgen.yaml
	Approval string   `json:"approval,omitempty"` // what approves it: user, environment; "" if nothing does
}

// The two ways in which an item is approved.
const (
	byUser        = "user"
	byEnvironment = "environment"
)

// UntrustedError says that a repository wants what its user has not approved.
type UntrustedError struct {
	Item   Item
	Wanted string // who asks for it
}

// Error says what is not approved.
func (e *UntrustedError) Error() string {
	return e.Wanted + " wants to " + e.Item.String() + ", which you have not approved"
}

// Hint says how to approve it, and how to do without.
func (e *UntrustedError) Hint() string {
	hint := "specgen trust shows what this repository wants, and approves it"
	if e.Item.Kind == SendKey {
		hint += "\nto use an address of your own, set " + EnvBaseURL + " or give --base-url; to name the variable yourself, give --key-env"
	}
	return hint + "\nin CI, approve exactly this with " + EnvTrust + "=" + e.Item.Digest()
}

// keyItem is the item under which a role's key is sent. foreign says that it would be another one without the repository's
// file: what a person uses everywhere needs no approval, also where the repository writes it down.
func (r *Resolved) keyItem(role model.Role) (item Item, foreign bool) {
	m := r.Role(role)
	item = Item{Kind: SendKey, BaseURL: m.BaseURL, KeyEnv: m.KeyEnv}
	return item, !slices.Contains(r.own, item)
}

// KeyFor gives the key that a role may send to its endpoint.
//
// Without a key in the environment there is nothing to guard: value is "" and allowed. A key goes out freely if address and
// variable are what they would be without the repository's file: given by flag, environment, the user's own configuration,
// or the default. Any other pair must be approved. Without approval allowed is false and why says what to do; but for an
// address on this machine, where servers seldom want a key, the request may go without one: allowed is true, value is "",
// and why says that the key was held back.
func (r *Resolved) KeyFor(role model.Role) (value string, allowed bool, why *UntrustedError) {
	item, foreign := r.keyItem(role)
	value = r.sources.env(item.KeyEnv)
	if value == "" || !foreign || r.approval(item) != "" {
		return value, true, nil
	}
	why = &UntrustedError{Item: item, Wanted: r.wanted(role).String()}
	return "", loopback(item.BaseURL), why
}

// wanted gives the place in the repository that asks for a role's key to be sent.
func (r *Resolved) wanted(role model.Role) Origin {
	if address := r.Origin(r.roleKey(role, "base_url")); address.foreign() {
		return address
	}
	return r.Origin(r.roleKey(role, "key_env"))
}

// approval says what approves an item; "" if nothing does.
//
// The user's approval is for this repository. In the environment, SPECGEN_TRUST holds the digests of items; or 1, which
// approves everything, but counts in CI only, lest it stay in somebody's shell. In CI, an address given by flag or
// OPENAI_BASE_URL approves the rest: any variable whose value goes to that very address, prepare commands, the sandbox.
// It never approves another address.
func (r *Resolved) approval(item Item) string {
	if r.sources.Approved.has(item) {
		return byUser
	}
	trust := strings.FieldsFunc(r.sources.env(EnvTrust), func(c rune) bool { return c == ',' || unicode.IsSpace(c) })
	if slices.Contains(trust, item.Digest()) {
		return byEnvironment
	}
	if !r.ci {
		return ""
	}
	given := r.givenAddresses()
	covered := len(given) > 0 && (item.Kind != SendKey || slices.Contains(given, item.BaseURL))
	if covered || slices.Equal(trust, []string{"1"}) {
		return byEnvironment
	}
	return ""
}

// givenAddresses are the addresses that were named for this very call.
func (r *Resolved) givenAddresses() []string {
	var out []string
	for _, role := range AllRoles() {
		if r.Origin(r.roleKey(role, "base_url")).invocation() {
			out = append(out, r.Role(role).BaseURL)
		}
	}
	return out
}

// PrepareAllowed says whether a spec's prepare commands may run. The error is *UntrustedError.
func (r *Resolved) PrepareAllowed(p Prepare) error {
	for _, command := range p.Commands {
		item := Item{Kind: RunPrepare, Command: command}
		if r.approval(item) == "" {
			return &UntrustedError{Item: item, Wanted: p.Spec}
		}
	}
	return nil
}

// SandboxAllowed says whether the sandbox may be as open as the configuration says. The error is *UntrustedError.
func (r *Resolved) SandboxAllowed() error {
	for _, q := range r.sandboxRequests() {
		if q.Approval == "" {
			return &UntrustedError{Item: q.Item, Wanted: strings.Join(q.Wanted, ", ")}
		}
	}
	return nil
}

func (r *Resolved) sandboxRequests() []Request {
	var out []Request
	if o := r.Origin(modeSetting); o.foreign() && r.config.Sandbox.Mode == SandboxOff {
		out = append(out, r.request(Item{Kind: SandboxNone}, o))
	}
	if o := r.Origin(readSetting); o.foreign() {
		for _, p := range r.config.Sandbox.Read {
			out = append(out, r.request(Item{Kind: SandboxReading, Path: p}, o))
		}
	}
	return out
}

func (r *Resolved) request(item Item, asked Origin) Request {
	return Request{Item: item, Wanted: []string{asked.String()}, Approval: r.approval(item)}
}

// Requests lists everything that the repository needs approval for, approved or not: keys first, then commands, then the
// sandbox. prepare are the commands of its specs. The same item is listed once, with all who ask for it.
func (r *Resolved) Requests(prepare []Prepare) []Request {
	var out []Request
	for _, role := range AllRoles() {
		if item, foreign := r.keyItem(role); foreign {
			out = append(out, r.request(item, r.wanted(role)))
		}
	}
	for _, p := range prepare {
		for _, command := range p.Commands {
			item := Item{Kind: RunPrepare, Command: command}
			out = append(out, Request{Item: item, Wanted: []string{p.Spec}, Approval: r.approval(item)})
		}
	}
	return merge(append(out, r.sandboxRequests()...))
}

// merge joins requests for the same item.
func merge(all []Request) []Request {
	var out []Request
	for _, q := range all {
		at := slices.IndexFunc(out, func(o Request) bool { return o.Item == q.Item })
		if at < 0 {
			out = append(out, q)
			continue
		}
		for _, w := range q.Wanted {
			if !slices.Contains(out[at].Wanted, w) {
				out[at].Wanted = append(out[at].Wanted, w)
			}
		}
		if q.Approval == "" {
			out[at].Approval = ""
		}
	}
	return out
}
