package config

import (
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/specgen-dev/specgen/pkg/model"
)

// Resolved is the configuration as it counts: one value for each key, and where it came from. It does not change.
type Resolved struct {
	config    Config
	origins   map[string]Origin // of the keys that someone set
	pricedFor map[string]string // "model" or a role -> the model that was named where its prices were
	sources   Sources
	ci        bool
	own       []Item // the keys that would be sent, and where, if the repository had no file
}

// Config gives all values. Its Roles hold only what differs from Model; see Role.
func (r *Resolved) Config() Config { return r.config }

// Specs gives the globs of the spec files.
func (r *Resolved) Specs() []string { return r.config.Specs }

// CI says whether specgen runs unattended.
func (r *Resolved) CI() bool { return r.ci }

// Origin gives where a key's value came from. Keys of roles that nobody set come from model.
func (r *Resolved) Origin(name string) Origin {
	if o, ok := r.origins[name]; ok {
		return o
	}
	if strings.HasPrefix(name, rolesPrefix) {
		return r.Origin(setting(name))
	}
	return Origin{Source: FromDefault}
}

// apply puts a stronger layer on what is there.
func (r *Resolved) apply(l layer) {
	v := reflect.ValueOf(&r.config).Elem()
	for _, k := range keys() {
		e, ok := l[k.name]
		if !ok || k.name == "version" {
			continue
		}
		v.FieldByIndex(k.index).Set(e.value)
		if e.inherits(k.name) {
			delete(r.origins, k.name)
			continue
		}
		r.origins[k.name] = e.origin
	}
	r.notePrices(l)
}

// notePrices remembers which model was named when prices were set, since they are that model's prices.
func (r *Resolved) notePrices(l layer) {
	if hasPrefix(l, pricesSetting) {
		r.pricedFor[allRoles] = r.config.Model.Name
	}
	for _, role := range AllRoles() {
		if hasPrefix(l, rolesPrefix+string(role)+".prices.") {
			r.pricedFor[string(role)] = r.Role(role).Name
		}
	}
}

func hasPrefix(l layer, prefix string) bool {
	for name := range l {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// AllRoles lists the roles in the order in which a run first asks them.
func AllRoles() []model.Role {
	return []model.Role{model.Generator, model.Judge, model.Tightener, model.Tester}
}

// Role gives how a role asks: what is set for it, else what is set for all. Prices are those of the model that the role
// asks; they are not set where the prices that stand there belong to another one.
func (r *Resolved) Role(role model.Role) Model {
	out := r.config.Model
	own := reflect.ValueOf(r.config.Roles.of(role))
	to := reflect.ValueOf(&out).Elem()
	for _, k := range leaves(own.Type(), "", nil) {
		if _, set := r.origins[r.roleKey(role, k.name)]; set {
			to.FieldByIndex(k.index).Set(own.FieldByIndex(k.index))
		}
	}
	out.BaseURL = strings.TrimRight(out.BaseURL, "/")
	if !r.priced(role, out.Name) {
		out.Prices = Prices{}
	}
	return out
}

// priced says whether the prices that the role would have are those of the model that it asks.
func (r *Resolved) priced(role model.Role, name string) bool {
	whose := r.pricesOf(role)
	if of := r.pricedFor[whose]; of != "" {
		return of == name
	}
	return whose != allRoles || name == r.config.Model.Name
}

// allRoles stands in pricedFor for what is set for all roles.
const allRoles = "model"

// pricesOf says whose prices a role has: its own, once any is set, or those of all.
func (r *Resolved) pricesOf(role model.Role) string {
	for name := range r.origins {
		if strings.HasPrefix(name, rolesPrefix+string(role)+".prices.") {
			return string(role)
		}
	}
	return allRoles
}

func (r *Resolved) roleKey(role model.Role, sub string) string {
	return rolesPrefix + string(role) + "." + sub
}

// of gives what is set for a role; the zero Model for a role that does not exist.
func (rs Roles) of(role model.Role) Model {
	switch role {
	case model.Generator:
		return rs.Generator
	case model.Judge:
		return rs.Judge
	case model.Tightener:
		return rs.Tightener
	case model.Tester:
		return rs.Tester
	}
	return Model{}
}

// Settings gives how a role samples, as the model port takes it.
func (r *Resolved) Settings(role model.Role) model.Settings {
	m := r.Role(role)
	return model.Settings{Role: role, Model: m.Name, Temperature: m.Temperature, Seed: m.Seed, MaxOutputTokens: m.MaxOutputTokens}
}

// Prices gives the prices of the models that the roles ask, by model name. Models without prices are missing.
func (r *Resolved) Prices() model.Prices {
	prices := model.Prices{}
	for _, role := range AllRoles() {
		m := r.Role(role)
		if m.Name == "" || !m.Prices.Set() {
			continue
		}
		p := model.Price{Input: *m.Prices.Input, Output: *m.Prices.Output}
		if m.Prices.CachedInput != nil {
			p.CachedInput = *m.Prices.CachedInput
		}
		prices[m.Name] = p
	}
	return prices
}

// Timeouts gives how long the endpoint may be silent, and how long an answer may take.
func (m Model) Timeouts() (idle, total time.Duration) {
	return m.IdleTimeout.Std(), m.TotalTimeout.Std()
}

// Ready says whether the roles can be asked: each names a model, and has prices if the cost is limited. The error is a
// *NoModelError or Errors.
func (r *Resolved) Ready(roles ...model.Role) error {
	for _, role := range roles {
		if m := r.Role(role); m.Name == "" {
			return &NoModelError{Role: role, BaseURL: m.BaseURL}
		}
	}
	if r.config.Budget.Cost <= 0 {
		return nil
	}
	for _, role := range roles {
		m := r.Role(role)
		if m.Prices.Set() {
			continue
		}
		hint := "set model.prices.input and model.prices.output (per million tokens) in " + FileName + ", or limit tokens instead"
		if of := r.pricedFor[r.pricesOf(role)]; of != "" && of != m.Name {
			hint = "the prices that are set belong to " + of + "; " + hint
		}
		return Errors{{
			Origin: r.Origin(costSetting), Key: costSetting, Hint: hint, Excerpt: r.excerptAt(r.Origin(costSetting)),
			Message: "the cost is limited, but " + m.Name + ", which the " + string(role) + " asks, has no prices",
		}}
	}
	return nil
}

// crossCheck looks at what no single value shows.
func (r *Resolved) crossCheck() Errors {
	var errs Errors
	prefixes := []string{modelPrefix}
	for _, role := range AllRoles() {
		prefixes = append(prefixes, r.roleKey(role, ""))
	}
	for _, prefix := range prefixes {
		if e := r.halfPriced(prefix + "prices."); e != nil {
			errs = append(errs, e)
		}
	}
	return errs
}

// halfPriced finds prices that lack input or output.
func (r *Resolved) halfPriced(prefix string) *Error {
	var set, missing []string
	for _, name := range []string{"input", "output", "cached_input"} {
		switch _, ok := r.origins[prefix+name]; {
		case ok:
			set = append(set, prefix+name)
		case name != "cached_input":
			missing = append(missing, prefix+name)
		}
	}
	if len(set) == 0 || len(missing) == 0 {
		return nil
	}
	return &Error{
		Origin: r.Origin(set[0]), Key: set[0], Message: strings.Join(missing, " and ") + " missing beside " + set[0],
		Hint: "prices are per million tokens, and need both input and output", Excerpt: r.excerptAt(r.Origin(set[0])),
	}
}

// excerptAt draws the line of a file that a value came from; "" where it came from elsewhere.
func (r *Resolved) excerptAt(o Origin) string {
	var text []byte
	switch o.Source {
	case FromFile:
		text = r.sources.Repository.Data
	case FromUser:
		text = r.sources.User.Data
	case FromDefault, FromEnvironment, FromFlag:
		return ""
	}
	lines := strings.Split(strings.TrimPrefix(string(text), byteOrderMark), "\n")
	if o.Line < 1 || o.Line > len(lines) {
		return ""
	}
	line := strings.TrimSuffix(lines[o.Line-1], "\r")
	return excerpt(line, utf8.RuneCountInString(line[:min(o.Col-1, len(line))]), 1)
}
