package config

import (
	"reflect"
	"slices"
	"strings"
)

// key is one setting: a leaf of Config.
type key struct {
	name  string // dotted: model.prices.input
	index []int  // of the field in Config
	typ   reflect.Type
}

// keys lists the settings in the order of the types.
func keys() []key { return leaves(reflect.TypeFor[Config](), "", nil) }

func leaves(t reflect.Type, prefix string, index []int) []key {
	var out []key
	for i := range t.NumField() {
		f := t.Field(i)
		name := prefix + f.Tag.Get("json")
		at := append(slices.Clip(index), i)
		if f.Type.Kind() == reflect.Struct {
			out = append(out, leaves(f.Type, name+".", at)...)
			continue
		}
		out = append(out, key{name: name, index: at, typ: f.Type})
	}
	return out
}

// field gives the field of a struct that a key of the file names.
func field(t reflect.Type, name string) (reflect.StructField, bool) {
	for f := range t.Fields() {
		if f.Tag.Get("json") == name {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

func fieldNames(t reflect.Type) []string {
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = t.Field(i).Tag.Get("json")
	}
	return names
}

func findKey(name string) (key, bool) {
	for _, k := range keys() {
		if k.name == name {
			return k, true
		}
	}
	return key{}, false
}

const (
	modelPrefix = "model."
	rolesPrefix = "roles."
)

// setting gives a key without the role it is for, so that model.name and roles.judge.name obey the same rules.
func setting(name string) string {
	if rest, ok := strings.CutPrefix(name, rolesPrefix); ok {
		_, sub, _ := strings.Cut(rest, ".")
		return modelPrefix + sub
	}
	return name
}
