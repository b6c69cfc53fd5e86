package cli

import (
	"runtime"
	"strings"

	"github.com/specgen-dev/specgen/pkg/report"
)

// style is how text on standard output is to look: colour only on a terminal that wants it, signs that the locale can show,
// and cut to the width of the terminal alone.
func (a *app) style() report.Style {
	_, noColor := a.env.Lookup("NO_COLOR")
	color := a.env.StdoutTerminal && !noColor && !a.noColor && a.env.Getenv("TERM") != "dumb"
	return report.Style{Color: color, UTF8: utf8Locale(a.env), Width: a.env.Width, Verbose: a.verbose}
}

// utf8Locale says whether signs outside of ASCII can be shown, by the rules of POSIX locales.
func utf8Locale(env Env) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := env.Getenv(name); value != "" {
			value = strings.ToLower(value)
			return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
		}
	}
	return runtime.GOOS == "darwin" || runtime.GOOS == "windows"
}
