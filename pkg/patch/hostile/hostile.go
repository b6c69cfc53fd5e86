// Package hostile lists the paths that no patch may write, wherever it comes from and whatever it is allowed. It is here for tests, of the
// engine and of what stands on it.
package hostile

import (
	"fmt"
	"strings"
)

// Paths are hostile in every folder: they lead out of it, into git's own, through names that mean something else on another
// system, or past what systems take.
func Paths() []string {
	paths := []string{
		"/etc/passwd.txt", "//x.txt", "../x.txt", "a/../../x.txt", "./x.txt", "a/./x.txt", "a//x.txt", "a/", "..", ".", "a/..",
		`a\x.txt`, `..\x.txt`, `C:\x.txt`, "C:/x.txt", "c:x.txt", "x.txt:stream", ".git", ".git/config", ".git/hooks/post-checkout", ".GIT/config",
		".Git/hooks/x", ".git./config", ".git /config", ".git../x", ".git . /x", "git~1/config", "GIT~1/config", "git~2/hooks/x", ".git~1/x",
		".git::$INDEX_ALLOCATION/config", ".git:x/config", "a/.git/config", "a/b/.GIT", "sub/git~1", ".g\u200cit/config", ".\u200dgit/config", ".gi\u2060t/config",
		"\ufeff.git/config", ".git\u200e/config", ".\u202egit/config", ".ｇｉｔ/config", "a\x00b", "a\tb.txt", "a\x1b[0m.txt", "a\x7f.txt", "a\u0085.txt", "a\u202e.txt",
		"a\xff.txt", "a./x.txt", "a /x.txt", "x.txt.", "x.txt ", " x.txt", "CON", "con.txt", "a/NUL", "aux.go", "COM1", "com1.txt", "LPT9.x", "a/prn/x.txt", "conin$", "COM¹",
		"aux", "a/nul.tar.gz", ".GIT~1", "a/git~10/x", "a/\u2066x.txt", "a\u200bb.txt", "x\u00ad.txt", "..../x.txt", "... /x", "a/.gIt/x", `\\server\share\x`, "~/../../x",
		strings.Repeat("a/", 10_000) + "x.txt", strings.Repeat("a/", 70) + "x.txt", strings.Repeat("a", 300) + ".txt", strings.Repeat("abcdefghi/", 120) + "x",
	}
	for c := range 32 {
		if c != '\n' && c != '\t' && c != 0 && c != '\r' {
			paths = append(paths, fmt.Sprintf("a%cb.txt", c))
		}
	}
	return paths
}

// Answer is a model's answer that touches a path, in one format.
type Answer struct {
	Format string
	Text   string
	Exact  bool // the format says the path byte for byte, so that it must be seen and refused as forbidden
}

// Answers want to write, delete or rename the path, in each format that can name it. file is one that is there and holds the line x.
func Answers(path, file string) []Answer {
	quoted := "\"b/" + octal(path) + "\""
	head := "diff --git \"a/" + octal(path) + "\" " + quoted + "\n"
	rename := "diff --git a/" + file + " " + quoted + "\nsimilarity index 100%\nrename from " + file + "\nrename to \"" + octal(path) + "\"\n"
	answers := []Answer{
		{"new file", head + "new file mode 100644\n--- /dev/null\n+++ " + quoted + "\n@@ -0,0 +1 @@\n+x\n", true},
		{"change", head + "--- \"a/" + octal(path) + "\"\n+++ " + quoted + "\n@@ -1 +1 @@\n-x\n+y\n", true},
		{"deletion", head + "deleted file mode 100644\n--- \"a/" + octal(path) + "\"\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n", true},
		{"rename to", rename, true},
	}
	if strings.TrimSpace(path) != path || strings.ContainsAny(path, "\n\r") {
		return answers // the other formats have no way to write it
	}
	return append(
		answers,
		Answer{"V4A", "*** Begin Patch\n*** Add File: " + path + "\n+x\n*** End Patch\n", false},
		Answer{"blocks", path + "\n<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n", false},
		Answer{"whole file", "FILE: " + path + "\n```\nx\n```\n", false},
	)
}

func octal(s string) string {
	var out strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&out, `\%03o`, c)
	}
	return out.String()
}
