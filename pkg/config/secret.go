package config

import (
	"strings"
	"unicode"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// shownOfKey is how much of a key messages show: enough to recognise it, too little to use it.
const shownOfKey = 4

var (
	// keyLike finds the words of a line that could be keys.
	keyLike = pattern.Lazy(`[A-Za-z0-9_+/=.-]{16,}`)
	// variableName is what the name of an environment variable looks like.
	variableName = pattern.Lazy(`^[A-Za-z_][A-Za-z0-9_]*$`)
	// keyPrefix is how vendors begin their keys.
	keyPrefix = pattern.Lazy(`^(sk-|sk_|rk_|gsk_|hf_|xai-|AIza|nvapi-|gh[pousr]_|github_pat_|glpat-|AKIA|pplx-|csk-|fw_|tgp_|r8_|eyJ)[A-Za-z0-9_.-]{12,}$`)
)

// looksLikeKey says whether a text is rather a credential than a name: it begins like one, or it is long and mixes letters of
// both cases, or small letters, with digits in a way that names do not.
func looksLikeKey(text string) bool {
	if keyPrefix.MatchString(text) {
		return true
	}
	if len(text) < 20 || strings.ContainsAny(text, "/.") {
		return false
	}
	var lower, upper, digit int
	for _, r := range text {
		switch {
		case unicode.IsLower(r):
			lower++
		case unicode.IsUpper(r):
			upper++
		case unicode.IsDigit(r):
			digit++
		}
	}
	return digit >= 3 && lower >= 3 && (upper >= 3 || !strings.ContainsAny(text, "-_") || digit*4 >= len(text))
}

// keyWords are names under which people try to write a key into the file.
func keyWord(name string) bool {
	switch strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(name)) {
	case "key", "apikey", "token", "apitoken", "secret", "openaiapikey", "authorization", "password", "bearer":
		return true
	}
	return false
}
