package config

import (
	"reflect"
	"strings"

	"github.com/specgen-dev/specgen/pkg/model"
)

// Shown is one line of what is configured.
type Shown struct {
	Key    string `json:"key"`
	Value  any    `json:"value"` // as JSON has it; null where nothing is set
	Origin Origin `json:"origin"`
}

// Show lists every key with its value and origin, in the order of the file. Keys of roles are listed where a role
// differs. No key of an endpoint is ever among them: they stand in variables.
func (r *Resolved) Show() []Shown {
	v := reflect.ValueOf(r.config)
	var out []Shown
	for _, k := range keys() {
		_, set := r.origins[k.name]
		if k.name == "version" || (strings.HasPrefix(k.name, rolesPrefix) && !set) {
			continue
		}
		out = append(out, Shown{Key: k.name, Value: plainValue(v.FieldByIndex(k.index)), Origin: r.Origin(k.name)})
	}
	return out
}

// plainValue gives nil for what is not set, and else what marshals as the file has it.
func plainValue(v reflect.Value) any {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if v.Kind() == reflect.String && v.Len() == 0 {
		return nil
	}
	return v.Interface()
}

// KeyStatus says how one pair of address and variable stands. It never holds the key.
type KeyStatus struct {
	BaseURL string       `json:"base_url"`
	KeyEnv  string       `json:"key_env"`
	Roles   []model.Role `json:"roles"`
	Set     bool         `json:"set"`     // the variable holds something
	Allowed bool         `json:"allowed"` // the key would be sent, if it is set
	Why     string       `json:"why,omitempty"`
}

// Keys gives the keys that the roles use, one entry for each pair of address and variable.
func (r *Resolved) Keys() []KeyStatus {
	var out []KeyStatus
	for _, role := range AllRoles() {
		item, foreign := r.keyItem(role)
		if at := indexOf(out, item); at >= 0 {
			out[at].Roles = append(out[at].Roles, role)
			continue
		}
		status := KeyStatus{
			BaseURL: item.BaseURL, KeyEnv: item.KeyEnv, Roles: []model.Role{role}, Set: r.sources.env(item.KeyEnv) != "",
			Allowed: !foreign || r.approval(item) != "",
		}
		if !status.Allowed {
			status.Why = (&UntrustedError{Item: item, Wanted: r.wanted(role).String()}).Error()
		}
		out = append(out, status)
	}
	return out
}

func indexOf(all []KeyStatus, item Item) int {
	for i, k := range all {
		if k.BaseURL == item.BaseURL && k.KeyEnv == item.KeyEnv {
			return i
		}
	}
	return -1
}
