package runner

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// allowed are the names of the host's environment that a command gets. Everything else stays out: keys, tokens, sockets.
func allowed() []string {
	return []string{
		"LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_COLLATE", "LC_NUMERIC", "LC_TIME", "LC_MESSAGES", "TZ",
		"CGO_ENABLED", "GOOS", "GOARCH", "GOAMD64", "GOARM64", "GOEXPERIMENT", "CC", "CXX",
		"JAVA_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "PYENV_ROOT", "PYENV_VERSION", "NODE_VERSION",
		"SystemRoot", "SYSTEMROOT", "ComSpec", "PATHEXT", "WINDIR",
	}
}

// online are further names for commands that may use the network: prepare, which a person has approved.
func online() []string {
	return []string{
		"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
		"SSL_CERT_DIR", "GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB",
	}
}

// authorities are the names under which programs look for the certificates to trust, where a network is read by a proxy of its own.
func authorities() []string {
	return []string{
		"SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO", "CARGO_HTTP_CAINFO",
	}
}

// environment builds the environment of a command.
func (b *Bench) environment(in layout, tools toolchain, j job) []string {
	env := map[string]string{}
	pick := func(names []string) {
		for _, name := range names {
			if v := lookupEnv(b.o.Env, name); v != "" {
				env[name] = v
			}
		}
	}
	pick(allowed())
	env["PATH"] = tools.path()
	env["HOME"], env["TMPDIR"], env["TERM"] = in.Home, in.Tmp, "dumb"
	env["CI"] = "true" // and no NO_COLOR: programs that paint have tests for it
	if runtime.GOOS == "windows" {
		env["TEMP"], env["TMP"], env["USERPROFILE"] = in.Tmp, in.Tmp, in.Home
	}
	maps.Copy(env, tools.homes)
	if tools.golang.Root != "" {
		maps.Copy(env, goEnvironment(in, tools.golang, b.guarded()))
		env["GOWORK"] = b.workspace(in, cdOf(j.script))
		if b.plan[WallLandlock] && !b.plan[WallMount] && b.guarded() && tools.golang.atLeast(24) {
			env["GOCACHEPROG"] = cacheProgram(in)
		}
	}
	if j.network {
		delete(env, "GOPROXY")
		delete(env, "GOSUMDB")
		delete(env, "CARGO_NET_OFFLINE")
		pick(slices.Concat(online(), authorities()))
	}
	return joinEnv(env)
}

// goEnvironment pins what the go command would otherwise find in the user's home or ask the network for.
func goEnvironment(in layout, g goTool, guarded bool) map[string]string {
	flags := append(g.keptFlags(), "-count=1", "-buildvcs=false")
	if guarded {
		flags = append(flags, "-exec="+in.Guard)
	}
	env := map[string]string{
		"GOROOT": g.Root, "GOMODCACHE": g.ModCache, "GOPATH": in.Home + "/go", "GOCACHE": in.GoCache,
		"GOENV": "off", "GOTOOLCHAIN": "local", "GOPROXY": "off", "GOSUMDB": "off", "GOTELEMETRY": "off",
		"GOFLAGS": strings.Join(flags, " "), "GO111MODULE": "",
	}
	if guarded {
		env["GOTMPDIR"] = in.Work
	}
	return env
}

// workspace pins the go.work that the tree has for a folder, or that it has none: code that runs cannot plant one for what is
// built after it.
func (b *Bench) workspace(in layout, sub string) string {
	for dir := path.Clean(sub); ; dir = path.Dir(dir) {
		name := filepath.Join(filepath.FromSlash(dir), "go.work")
		if info, err := os.Lstat(filepath.Join(b.checkout(), name)); err == nil && info.Mode().IsRegular() {
			return filepath.Join(in.Checkout, name)
		}
		if dir == "." || dir == "/" || dir == ".." {
			return "off"
		}
	}
}

func lookupEnv(env []string, name string) string {
	value := ""
	for _, pair := range env {
		if k, v, ok := strings.Cut(pair, "="); ok && k == name {
			value = v // the last one counts, as in os/exec
		}
	}
	return value
}

func joinEnv(env map[string]string) []string {
	out := make([]string, 0, len(env))
	for _, name := range sortedKeys(env) {
		out = append(out, name+"="+env[name])
	}
	return out
}
