package config

import (
	"fmt"
	"net"
	"net/url"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Settings that have rules of their own.
const (
	baseURLSetting = "model.base_url"
	keyEnvSetting  = "model.key_env"
	nameSetting    = "model.name"
	pricesSetting  = "model.prices."
	costSetting    = "budget.cost"
	modeSetting    = "sandbox.mode"
	readSetting    = "sandbox.read"
)

// maxTemperature is the largest temperature that any known endpoint takes.
const maxTemperature = 2

// trouble is what is wrong with a value and what to write instead.
type trouble struct {
	message, hint string
	secret        bool // the value itself must not be shown
}

// judge looks at one value by the rules of its setting; nil where nothing is wrong.
func judge(name string, v reflect.Value) *trouble {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	s := setting(name)
	short := s[strings.LastIndexByte(s, '.')+1:]
	switch v.Kind() { //nolint:exhaustive // the kinds that have rules
	case reflect.Int, reflect.Int64:
		return judgeWhole(s, short, v.Int())
	case reflect.Float64:
		return judgeNumber(s, short, v.Float())
	case reflect.String:
		return judgeText(s, short, v.String())
	case reflect.Slice:
		return judgeList(s, short, v)
	}
	return nil
}

func judgeWhole(s, short string, n int64) *trouble {
	switch s {
	case "model.seed":
		return nil
	case "budget.attempts", "model.idle_timeout", "model.total_timeout", "sandbox.timeout", "sandbox.output":
		if n <= 0 {
			return &trouble{message: short + " must be more than 0"}
		}
	}
	if n < 0 {
		return &trouble{message: short + " must not be negative"}
	}
	return nil
}

func judgeNumber(s, short string, f float64) *trouble {
	if f < 0 {
		return &trouble{message: short + " must not be negative"}
	}
	if s == "evaluate.max_judge_error" && f > anyJudge {
		return &trouble{message: short + " is a percentage: it must be between 0 and 100"}
	}
	if s == "model.temperature" && f > maxTemperature {
		return &trouble{message: fmt.Sprintf("%s must be between 0 and %d", short, maxTemperature)}
	}
	return nil
}

func judgeText(s, short, text string) *trouble {
	switch {
	case s == baseURLSetting:
		return judgeURL(text)
	case s == keyEnvSetting:
		return judgeKeyEnv(text)
	case keyPrefix.MatchString(text):
		return &trouble{message: short + " looks like a key, which never stands in a file", hint: "name the variable that holds it: key_env: " + DefaultKeyEnv, secret: true}
	case text != visible(text):
		return &trouble{message: short + " holds characters that do not print", hint: "write it in one line of plain text"}
	}
	return nil
}

// judgeURL takes what a client can append /chat/completions to. Credentials in an address would end in logs and journals.
func judgeURL(text string) *trouble {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https"):
		return &trouble{message: "base_url is no address", hint: "for instance " + DefaultBaseURL + " or http://localhost:8080/v1"}
	case u.User != nil:
		return &trouble{message: "base_url holds credentials", hint: "keep the key in a variable, and name it with key_env", secret: true}
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return &trouble{message: "base_url has a query or a fragment", hint: "end it with the path, for instance /v1"}
	case strings.ContainsFunc(text, func(r rune) bool { return r > '~' || r <= ' ' }):
		return &trouble{message: "base_url holds characters that are not plain ASCII", hint: "write the host in punycode, so that everybody can see which it is"}
	}
	return nil
}

func judgeKeyEnv(text string) *trouble {
	if !variableName.MatchString(text) || looksLikeKey(text) {
		return &trouble{
			message: "key_env takes the name of a variable, and this looks like a key or like no name",
			hint:    "write the name, such as key_env: " + DefaultKeyEnv + ", and put the key into the variable; if the key was ever shared, change it",
		}
	}
	return nil
}

func judgeList(s, short string, v reflect.Value) *trouble {
	for i := range v.Len() {
		text := v.Index(i).String()
		if t := judgeText(s, short, text); t != nil {
			return t
		}
		if t := judgeEntry(s, text); t != nil {
			return t
		}
	}
	if s == "specs" && v.Len() == 0 {
		return &trouble{message: "specs is empty, so that no spec would be found", hint: "name at least one glob, or remove the key"}
	}
	return nil
}

func judgeEntry(s, text string) *trouble {
	switch {
	case strings.TrimSpace(text) == "":
		return &trouble{message: s + " holds an empty text", hint: "remove it"}
	case s == "specs" && (!doublestar.ValidatePattern(text) || path.IsAbs(text) || slices.Contains(strings.Split(text, "/"), "..")):
		return &trouble{message: fmt.Sprintf("%q is no glob below the root of the repository", text), hint: "for instance specs/**/*.spec.md"}
	case s == readSetting && (!absolute(text) || path.Clean(text) == "/"):
		return &trouble{message: fmt.Sprintf("%q is no absolute path of a file or folder", text), hint: "for instance /usr/local/lib/python3"}
	}
	return nil
}

// absolute takes the forms of all systems, since one file serves all who clone it.
func absolute(p string) bool {
	drive := len(p) > 2 && p[1] == ':' && (p[2] == '\\' || p[2] == '/')
	return path.IsAbs(p) || drive
}

// check judges what the file says, in its order.
func (d *document) check() {
	for _, k := range keys() {
		e, ok := d.layer[k.name]
		if !ok {
			continue
		}
		if t := judge(k.name, e.value); t != nil {
			at := nodePlace(e.node)
			if setting(k.name) == keyEnvSetting || t.secret {
				at.hideFrom = at.col
			}
			d.fail(k.name, at, t.message, t.hint)
			delete(d.layer, k.name)
		}
	}
}

// loopback says whether an address leads back to this machine.
func loopback(baseURL string) bool {
	u, err := url.Parse(baseURL)
	if err != nil {
		return false
	}
	if u.Hostname() == "localhost" {
		return true
	}
	ip := net.ParseIP(u.Hostname())
	return ip != nil && ip.IsLoopback()
}
