package config

import (
	"cmp"
	"reflect"
	"strings"
)

// The variables of the environment that specgen obeys.
const (
	EnvBaseURL = "OPENAI_BASE_URL"
	EnvModel   = "SPECGEN_MODEL"
	EnvTrust   = "SPECGEN_TRUST" // approval: 1 in CI, or digests
	EnvCI      = "CI"
)

// Flag is one setting given on the command line.
type Flag struct {
	Key   string `json:"key"` // dotted: model.name, roles.judge.name, budget.attempts
	Value string `json:"value"`
	Name  string `json:"name"` // as the person typed it, for messages: --model
}

// Flags are the settings given on the command line; later ones win.
type Flags []Flag

// File is the text of a configuration file. The zero value is no file.
type File struct {
	Name string // as messages name it
	Data []byte // nil: there is none
}

// Sources is everything that Load reads, so that the process stays at the edge.
type Sources struct {
	Flags      Flags
	Lookup     func(name string) (string, bool) // the environment; nil: empty
	Repository File                             // specgen.yaml; foreign

	// Dir is the folder of the user's own configuration, and CommonDir the repository's common git directory: Load reads
	// User and Approved from there. "" reads nothing.
	Dir       string
	CommonDir string
	User      File      // the user's own configuration
	Approved  Approvals // what the user has approved for this repository
}

func (s Sources) env(name string) string {
	if s.Lookup == nil {
		return ""
	}
	value, _ := s.Lookup(name)
	return strings.TrimSpace(value)
}

// Load resolves the configuration: flags beat the environment, that beats specgen.yaml, that beats the user's own
// configuration, that beats the defaults. Within roles, what is set for a role beats what is set for all, wherever either
// stands; an empty text gives back what is set for all. The error is Errors.
func Load(s Sources) (*Resolved, error) {
	if err := s.read(); err != nil {
		return nil, Errors{err}
	}
	r, errs := resolve(s)
	if len(errs) > 0 {
		return nil, errs
	}
	alone := s
	alone.Repository = File{}
	own, _ := resolve(alone) // only addresses and variables are looked at; every value has been checked above
	for _, role := range AllRoles() {
		item, _ := own.keyItem(role)
		r.own = append(r.own, item)
	}
	return r, nil
}

// read reads what is the user's own. What cannot be read is an error, and never taken for approval.
func (s *Sources) read() *Error {
	if s.Dir == "" {
		return nil
	}
	var err error
	if s.User, err = ReadUser(s.Dir); err != nil {
		return &Error{Origin: Origin{Source: FromUser, Name: UserPath(s.Dir)}, Message: err.Error(), Hint: "make the file readable, or remove it"}
	}
	if s.CommonDir == "" {
		return nil
	}
	store := NewStore(s.Dir)
	if s.Approved, err = store.For(s.CommonDir); err != nil {
		return &Error{Origin: Origin{Source: FromUser, Name: store.Path()}, Message: err.Error(), Hint: "repair the file; or delete it, and approve again with specgen trust"}
	}
	return nil
}

func resolve(s Sources) (*Resolved, Errors) {
	ci := truthy(s.env(EnvCI))
	r := &Resolved{config: Defaults(ci), origins: map[string]Origin{}, sources: s, ci: ci, pricedFor: map[string]string{}}
	if ci {
		r.origins["tighten"] = Origin{Source: FromDefault, Name: "in CI"}
	}
	var errs Errors
	add := func(l layer, failed Errors) {
		errs = append(errs, failed...)
		r.apply(l)
	}
	if s.User.Data != nil {
		add(decode(s.User.Name, FromUser, s.User.Data, userKey))
	}
	if s.Repository.Data != nil {
		add(decode(cmp.Or(s.Repository.Name, FileName), FromFile, s.Repository.Data, nil))
	}
	add(environment(s))
	add(texts(FromFlag, s.Flags))
	if len(errs) == 0 {
		errs = r.crossCheck()
	}
	return r, errs
}

// userKey says which keys may stand in the user's own configuration: those that say which model. The others belong to a
// repository, so that a run gives the same on every machine.
func userKey(name string) bool {
	first, _, _ := strings.Cut(name, ".")
	return first == "version" || first == "model" || first == "roles"
}

func environment(s Sources) (layer, Errors) {
	var fs Flags
	if v := s.env(EnvBaseURL); v != "" {
		fs = append(fs, Flag{Key: baseURLSetting, Value: v, Name: EnvBaseURL})
		// Address and key of the environment belong together: a file's key_env is for the file's address.
		if s.env(DefaultKeyEnv) != "" {
			fs = append(fs, Flag{Key: keyEnvSetting, Value: DefaultKeyEnv, Name: DefaultKeyEnv})
		}
	}
	if v := s.env(EnvModel); v != "" {
		fs = append(fs, Flag{Key: nameSetting, Value: v, Name: EnvModel})
	}
	return texts(FromEnvironment, fs)
}

// texts makes a layer of settings that were given as text.
func texts(source Source, fs Flags) (layer, Errors) {
	l := layer{}
	var errs Errors
	for _, f := range fs {
		origin := Origin{Source: source, Name: f.Name}
		k, ok := findKey(f.Key)
		if !ok || f.Key == "version" {
			errs = append(errs, &Error{Origin: origin, Key: f.Key, Message: "there is no setting " + visible(f.Key), Hint: "specgen config show lists them"})
			continue
		}
		if f.Value == "" && strings.HasPrefix(f.Key, rolesPrefix) {
			l[f.Key] = entry{value: reflect.Zero(k.typ), origin: origin, unset: true}
			continue
		}
		value, want := fromText(k.typ, f.Value)
		if want != "" {
			message, hint := mismatch(setting(f.Key), want, f.Value)
			errs = append(errs, &Error{Origin: origin, Key: f.Key, Message: message, Hint: hint})
			continue
		}
		if t := judge(f.Key, value); t != nil {
			errs = append(errs, &Error{Origin: origin, Key: f.Key, Message: t.message, Hint: t.hint})
			continue
		}
		l[f.Key] = entry{value: value, origin: origin}
	}
	return l, errs
}

func truthy(value string) bool {
	switch strings.ToLower(value) {
	case "", "0", "false", "no", "off":
		return false
	}
	return true
}
