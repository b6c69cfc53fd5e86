package runner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// toolchain is where the host's programs are, as far as commands may see them.
type toolchain struct {
	dirs   []string          // of PATH, in order
	shown  []string          // folders to make readable besides the system's
	homes  map[string]string // variables that point programs at their own folders
	golang goTool
}

// goTool is what the host's go command says about itself.
type goTool struct {
	Root     string `json:"GOROOT"`
	ModCache string `json:"GOMODCACHE"`
	Cache    string `json:"GOCACHE"`
	Flags    string `json:"GOFLAGS"`
	Proxy    string `json:"GOPROXY"`
	SumDB    string `json:"GOSUMDB"`
	Version  string `json:"GOVERSION"`
}

// keptFlags are the user's flags that decide what is built. The rest would change how results look.
func (g goTool) keptFlags() []string {
	var kept []string
	for flag := range strings.FieldsSeq(g.Flags) {
		if strings.HasPrefix(flag, "-tags=") || strings.HasPrefix(flag, "-mod=") {
			kept = append(kept, flag)
		}
	}
	return kept
}

// atLeast compares the minor number of go1.N.
func (g goTool) atLeast(minor int) bool {
	var n int
	_, err := fmt.Sscanf(g.Version, "go1.%d", &n)
	return err == nil && n >= minor
}

func (t toolchain) path() string {
	dirs := t.dirs
	if t.golang.Root != "" {
		// The version that was resolved outside goes first: inside, go must not look for another.
		dirs = append([]string{filepath.Join(t.golang.Root, "bin")}, dirs...)
	}
	return strings.Join(dirs, string(os.PathListSeparator))
}

// systemFolders hold programs and what they need, and no secrets of a user.
func systemFolders() []string {
	folders := []string{
		"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix/store", "/gnu/store", "/etc/ld.so.cache",
		"/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/pki/tls/certs",
		"/etc/pki/ca-trust/extracted", "/etc/ca-certificates", "/etc/localtime", "/etc/timezone", "/etc/mime.types", "/etc/protocols",
		"/etc/services", "/etc/os-release", "/etc/perl", "/etc/bash.bashrc", "/etc/debian_version", "/etc/inputrc",
		"/etc/maven", "/etc/php", "/etc/fonts",
	}
	for _, versioned := range []string{"/etc/java-*", "/etc/python3*"} {
		found, _ := filepath.Glob(versioned) // the patterns are good ones
		folders = append(folders, found...)
	}
	return folders
}

// networkFiles are needed to find names and to check certificates.
func networkFiles() []string { return []string{"/etc/resolv.conf"} }

func (b *Bench) findToolchain() toolchain {
	home := lookupEnv(b.o.Env, "HOME")
	t := toolchain{homes: map[string]string{}}
	for _, dir := range filepath.SplitList(lookupEnv(b.o.Env, "PATH")) {
		if !usableDir(dir, home) || slices.Contains(t.dirs, dir) {
			continue
		}
		t.dirs = append(t.dirs, dir)
		t.shown = append(t.shown, prefixOf(dir, home))
	}
	if home != "" {
		t.addHomes(home, b.o.Env)
	}
	t.shown = append(t.shown, b.o.ReadOnly...)
	if java := lookupEnv(b.o.Env, "JAVA_HOME"); java != "" {
		t.shown = append(t.shown, java)
	}
	return t
}

// usableDir refuses entries of PATH that would show more than programs.
func usableDir(dir, home string) bool {
	clean := filepath.Clean(dir)
	if !filepath.IsAbs(dir) || clean == filepath.Clean(home) || clean == filepath.Dir(clean) {
		return false
	}
	return isDir(clean)
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// prefixOf widens the bin folder of a version manager to the version, whose lib folder its programs need. Other bin folders
// in a home are shown alone: ~/.local holds keyrings, ~/.cargo credentials.
func prefixOf(dir, home string) string {
	managed := regexp.MustCompile(`/(\.nvm|\.fnm|\.volta|\.asdf|\.sdkman|\.rbenv|\.rustup|mise|sdk|fnm_multishells)/`)
	if home == "" || !strings.HasPrefix(dir, home+"/") || filepath.Base(dir) != "bin" || !managed.MatchString(dir) {
		return dir
	}
	return filepath.Dir(dir)
}

// addHomes shows the folders that the proxies on PATH lead to.
func (t *toolchain) addHomes(home string, env []string) {
	onPath := func(dir string) bool {
		return slices.ContainsFunc(t.dirs, func(d string) bool { return d == dir || strings.HasPrefix(d, dir+"/") })
	}
	or := func(name, fallback string) string {
		if v := lookupEnv(env, name); v != "" {
			return v
		}
		return filepath.Join(home, fallback)
	}
	if cargo := or("CARGO_HOME", ".cargo"); onPath(cargo) {
		rustup := or("RUSTUP_HOME", ".rustup")
		t.homes["RUSTUP_HOME"], t.homes["CARGO_HOME"], t.homes["CARGO_NET_OFFLINE"] = rustup, cargo, "true"
		t.shown = append(t.shown, filepath.Join(rustup, "toolchains"), filepath.Join(rustup, "settings.toml"),
			filepath.Join(rustup, "update-hashes"), // which rustup would make otherwise
			filepath.Join(cargo, "registry"), filepath.Join(cargo, "env"))
	}
	// What Maven and Gradle have fetched, without the settings beside it: they hold passwords.
	if repository := filepath.Join(home, ".m2", "repository"); isDir(repository) {
		t.homes["MAVEN_OPTS"] = "-Dmaven.repo.local=" + repository
		t.shown = append(t.shown, repository)
	}
	if caches := or("GRADLE_USER_HOME", ".gradle"); isDir(filepath.Join(caches, "caches", "modules-2")) {
		t.homes["GRADLE_RO_DEP_CACHE"] = filepath.Join(caches, "caches")
		t.shown = append(t.shown, filepath.Join(caches, "caches", "modules-2"))
	}
	if pyenv := or("PYENV_ROOT", ".pyenv"); onPath(pyenv) {
		t.homes["PYENV_ROOT"] = pyenv
		t.shown = append(t.shown, pyenv)
	}
	t.shown = append(t.shown, filepath.Join(home, ".local/share/uv/python"))
}

// resolveGo asks the host's go command, outside of the sandbox, which toolchain the checkout's go.mod calls for. Only the
// two lines that choose it are shown to it. Without go there is nothing to resolve.
func (b *Bench) resolveGo(ctx context.Context, t toolchain) (goTool, error) {
	wants := goLines(b.checkout())
	if b.golang != nil && b.golangFor == wants {
		return *b.golang, nil
	}
	program := findProgram("go", t.dirs)
	if program == "" {
		return goTool{}, nil
	}
	g, err := b.askGo(ctx, program, wants)
	if err != nil {
		return goTool{}, err
	}
	b.golang, b.golangFor = &g, wants
	return g, nil
}

// askGo runs go env beside a go.mod with these lines.
func (b *Bench) askGo(ctx context.Context, program, wants string) (goTool, error) {
	dir := filepath.Join(b.dir, "go-env")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return goTool{}, systemError("prepare the go command", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module probe\n"+wants), 0o600); err != nil {
		return goTool{}, systemError("prepare the go command", err)
	}
	cmd := exec.CommandContext(ctx, program, "env", "-json", "GOROOT", "GOMODCACHE", "GOCACHE", "GOFLAGS", "GOPROXY", "GOSUMDB", "GOVERSION")
	cmd.Dir = dir
	cmd.Env = append(slices.Clone(b.o.Env), "GOPROXY="+"off", "GOWORK=off", "PWD="+dir)
	out, err := cmd.Output()
	if err != nil && strings.TrimSpace(wants) != "" {
		// A version that is not installed. Inside, go says so itself, and that is a result.
		return b.askGo(ctx, program, "")
	}
	if err != nil {
		return goTool{}, goTrouble(err)
	}
	var g goTool
	if err := json.Unmarshal(out, &g); err != nil {
		return goTool{}, systemError("read go env", err)
	}
	return g, nil
}

func goTrouble(err error) error {
	message := err.Error()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		message = strings.TrimSpace(string(exit.Stderr))
	}
	return &Error{Kind: KindToolchain, Message: message, Hint: "run `go version` in the repository once, so that go fetches what go.mod asks for"}
}

// goLines gives the lines of the go.mod in a folder that choose a toolchain.
func goLines(dir string) string {
	data, err := readIn(dir, "go.mod")
	if err != nil {
		return ""
	}
	line := regexp.MustCompile(`(?m)^(go|toolchain)\s+[\w.]+`)
	return strings.Join(line.FindAllString(string(data), 2), "\n") + "\n"
}

func findProgram(name string, dirs []string) string {
	for _, dir := range dirs {
		for _, suffix := range []string{"", ".exe"} {
			path := filepath.Join(dir, name+suffix)
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && (info.Mode()&0o111 != 0 || suffix != "") {
				return path
			}
		}
	}
	return ""
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
