package repo

import (
	"strings"
	"unicode/utf8"
)

// checkPath says why git, or a file system that the tree may be checked out on, would refuse a path; "" if none would. It is
// the last wall: patches are judged by stricter rules long before.
func checkPath(path string) string {
	switch {
	case path == "":
		return "the path is empty"
	case !utf8.ValidString(path):
		return "the path is not UTF-8"
	case strings.ContainsAny(path, "\x00\\"):
		return "the path holds a character that must not be in one"
	}
	for part := range strings.SplitSeq(path, "/") {
		switch {
		case part == "" || part == "." || part == "..":
			return "the path must be relative and plain, without empty parts, . or .."
		case isGitFolder(part):
			return "the path leads into git's own folder"
		}
	}
	return ""
}

// isGitFolder knows .git in the disguises that some file systems take for it: other case, trailing dots and blanks, streams
// and short names of NTFS, code points that HFS+ ignores.
func isGitFolder(part string) bool {
	part = strings.Map(func(c rune) rune {
		switch {
		case c >= 0x200c && c <= 0x200f, c >= 0x202a && c <= 0x202e, c >= 0x206a && c <= 0x206f, c == 0xfeff:
			return -1
		}
		return c
	}, part)
	part, _, _ = strings.Cut(part, ":")
	part = strings.ToLower(strings.TrimRight(part, ". "))
	return part == ".git" || part == "git~1"
}
