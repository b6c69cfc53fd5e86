package model

import (
	"math"
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// Shannon entropy in bits per character. Random base64 of 20 characters has about 4.1, hex 3.4, English words under 3.5.
const minEntropy = 3.5

// minClasses is how many of lower case, upper case, digits and signs a random literal without a known form must mix.
const minClasses = 3

// highEntropy is the test for values that only their variable's name makes suspicious.
func highEntropy(value string) bool {
	return notPlaceholder(value) && !hashed.MatchString(value) && !reference.MatchString(value) &&
		entropy(value) >= minEntropy && (classes(value) >= minClasses || (len(value) >= 24 && digits(value) >= 4))
}

// mixed is the test for values with a form of their own: anything but a run of the same few characters or an example.
func mixed(value string) bool {
	return notPlaceholder(value) && entropy(value) >= 2.5
}

// tokenLike is for keys whose form is loose: "sk-" and then words in kebab case is not one.
func tokenLike(value string) bool {
	return mixed(value) && digits(value) >= 2 && classes(strings.ReplaceAll(value, "-", "")) >= 2
}

// placeholder matches the words that stand in documentation where a credential would be.
var placeholder = pattern.Lazy(`(?i)example|changeme|change[_-]me|placeholder|your[_-]|redacted|dummy|fake|sample|insert|replace|todo|` +
	`not[_-]?a?[_-]?(?:real|secret|key)|xxxx|\.\.\.|\*\*\*|0000|1234567890|abcdefgh|test[_-]?(?:key|token|secret|password)|` +
	`^pass(?:word|wd)?\d*$|^secret\d*$|^<.*>$`)

// notPlaceholder says that a value is neither an example nor a reference to somewhere else.
func notPlaceholder(value string) bool {
	return !interpolated.MatchString(value) && !placeholder.MatchString(value) && distinct(value) > 3
}

// interpolated matches a value that is filled in later: ${VAR}, $(command), {{ .Value }}, %s, %VAR%, <your key>, {name}.
var interpolated = pattern.Lazy(`\$\{[A-Za-z_]|^\$[A-Za-z_]\w*$|\$\(|\{\{|^%[sdvq]$|%[A-Za-z_]+%|<[a-z_ -]+>|^\{[a-z_]+\}$`)

// reference matches a value that names where the secret is: a path, an address, a call, a dotted or constant name.
var reference = pattern.Lazy(`^(?:https?|file)://|^\.{0,2}/|[\w)]\(|^[A-Za-z_]+(?:[.:/-][A-Za-z_]+)+$|^[A-Z_]+$`)

// hashed matches a digest or an identifier: whole hex of a usual length, a UUID, a prefixed hash.
var hashed = pattern.Lazy(`^(?i:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$|` +
	`^(?i:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$|^(?:sha(?:1|256|384|512)|md5|h1)[-:]`)

func entropy(s string) float64 {
	counts := map[byte]float64{}
	for i := range len(s) {
		counts[s[i]]++
	}
	bits := 0.0
	for _, n := range counts {
		p := n / float64(len(s))
		bits -= p * math.Log2(p)
	}
	return bits
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

func digits(s string) int {
	return len(s) - len(strings.Map(dropDigit, s))
}

func dropDigit(r rune) rune {
	if r >= '0' && r <= '9' {
		return -1
	}
	return r
}

// classes counts which of lower case, upper case, digits and other characters occur.
func classes(s string) int {
	n := 0
	for _, p := range []func(rune) bool{
		func(r rune) bool { return r >= 'a' && r <= 'z' },
		func(r rune) bool { return r >= 'A' && r <= 'Z' },
		func(r rune) bool { return r >= '0' && r <= '9' },
		func(r rune) bool { return r > ' ' && !strings.ContainsRune(alphanumeric, r) },
	} {
		if strings.ContainsFunc(s, p) {
			n++
		}
	}
	return n
}

const alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
