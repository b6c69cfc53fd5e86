package author

import (
	"slices"
	"strings"
)

// allowedPaths are the packages of the standard library that a test may use: none that reads files, the network, the clock of the
// machine or its environment, and none that starts something. Of those that do among other things, see banned.
const allowedPaths = `bufio bytes cmp context errors fmt hash io iter maps math regexp reflect slices sort strconv strings sync testing time unicode unique
	container/heap container/list container/ring
	encoding/ascii85 encoding/base32 encoding/base64 encoding/binary encoding/csv encoding/hex encoding/json encoding/pem encoding/xml
	hash/adler32 hash/crc32 hash/crc64 hash/fnv hash/maphash crypto/md5 crypto/sha1 crypto/sha256 crypto/sha512
	html math/big math/bits math/cmplx math/rand math/rand/v2 net/netip net/url path sync/atomic text/tabwriter text/template
	regexp/syntax testing/iotest unicode/utf16 unicode/utf8`

// allowedImport says whether a test may import a package of the standard library.
func allowedImport(p string) bool { return slices.Contains(strings.Fields(allowedPaths), p) }

// standard gives the packages of the standard library by their names, as tests and interfaces mean them. Where two have one name it is
// the one that is meant more often.
func standard() map[string]string {
	out := map[string]string{"http": "net/http", "os": "os", "fs": "io/fs", "slog": "log/slog", "log": "log", "sql": "database/sql", "exec": "os/exec"}
	for p := range strings.FieldsSeq(allowedPaths) {
		if old, ok := out[baseName(p)]; !ok || strings.Count(p, "/") < strings.Count(old, "/") {
			out[baseName(p)] = p
		}
	}
	return out
}

// banned says why a test must not use a name of a package; "" if it may.
func banned(p, name string) string {
	const clock, sleep, random = "reads the clock of the machine", "waits", "is random without a fixed seed"
	switch p {
	case "time":
		switch name {
		case "Now", "Since", "Until":
			return clock
		case "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker":
			return sleep
		}
	case "context":
		if strings.HasPrefix(name, "WithTimeout") || strings.HasPrefix(name, "WithDeadline") {
			return clock
		}
	case "math/rand", "math/rand/v2":
		switch name {
		case "New", "NewSource", "NewPCG", "NewChaCha8", "NewZipf", "Rand", "Source", "Source64", "PCG", "ChaCha8", "Zipf":
		default:
			return random
		}
	case "hash/maphash":
		if name == "MakeSeed" || name == "String" || name == "Bytes" {
			return random
		}
	}
	return ""
}

// bannedMethod says why a test must not call a method of *testing.T; "" if it may.
func bannedMethod(name string) string {
	switch name {
	case "Skip", "Skipf", "SkipNow":
		return "may skip what has to hold"
	case "TempDir", "Chdir", "ArtifactDir":
		return "uses files"
	case "Setenv":
		return "changes the environment"
	case "Deadline":
		return "reads the clock of the machine"
	}
	return ""
}
