package patch_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/patch"
	"github.com/specgen-dev/specgen/pkg/patch/hostile"
)

// TestHostilePaths: each in several formats, each refused with a reason, nothing written.
func TestHostilePaths(t *testing.T) {
	t.Parallel()
	base := files("a/b.txt", "b\n", "x.txt", "x\n")
	cases := 0
	for _, p := range hostile.Paths() {
		quoted := "\"b/" + octal(p) + "\""
		for format, answer := range map[string]string{
			"quoted": "diff --git \"a/" + octal(p) + "\" " + quoted + "\nnew file mode 100644\n--- /dev/null\n+++ " + quoted + "\n@@ -0,0 +1 @@\n+x\n",
			"V4A":    "*** Begin Patch\n*** Add File: " + p + "\n+x\n*** End Patch\n",
			"blocks": "<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n",
		} {
			if format == "blocks" {
				answer = p + "\n" + answer
			}
			if format != "quoted" && (strings.TrimSpace(p) != p || strings.ContainsAny(p, "\n\r")) {
				continue // the format has no way to write it
			}
			cases++
			r, err := patch.Apply(base, []string{answer}, patch.Options{Allow: patch.Permissions{Delete: true, Rename: true, Chmod: true}})
			if err != nil {
				continue // no patch was seen in it
			}
			if !r.Refused() || len(r.Changes) > 0 {
				t.Errorf("%s: %q was not refused: %+v", format, p, r.Files)
			}
			if reason := r.Files[0].Hunks[0].Reason; format == "quoted" && reason != patch.ForbiddenPath {
				t.Errorf("%q refused as %s: %s", p, reason, r.Files[0].Hunks[0].Message)
			}
		}
	}
	if cases < 200 {
		t.Errorf("only %d cases", cases)
	}
}

func octal(s string) string {
	var out strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&out, `\%03o`, c)
	}
	return out.String()
}

// TestHostileTrees: what stands on the way in the base decides.
func TestHostileTrees(t *testing.T) {
	t.Parallel()
	base := files("dir/x.txt", "x\n", "README", "r\n", "ä.txt", "a\n", "bin", "a\x00b\n", "lfs", "version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
		"utf16", "\xff\xfea\x00\n\x00", "tool", "#!/bin/sh\n")
	base["link"] = patch.Entry{Mode: patch.ModeSymlink, Data: []byte("dir")}
	base["dir/out"] = patch.Entry{Mode: patch.ModeSymlink, Data: []byte("/etc")}
	base["sub"] = patch.Entry{Mode: patch.ModeSubmodule}
	create := func(p string) string {
		return "diff --git a/" + p + " b/" + p + "\nnew file mode 100644\n--- /dev/null\n+++ b/" + p + "\n@@ -0,0 +1 @@\n+new\n"
	}
	change := func(p string) string { return "--- a/" + p + "\n+++ b/" + p + "\n@@ -1 +1 @@\n-x\n+y\n" }
	for name, tc := range map[string]struct {
		answer string
		reason patch.Reason
	}{
		"through a symlink":           {create("link/x.go"), patch.ForbiddenPath},
		"through a symlink, deep":     {create("dir/out/passwd"), patch.ForbiddenPath},
		"over a symlink":              {change("link"), patch.ForbiddenPath},
		"into a submodule":            {create("sub/x.go"), patch.ForbiddenPath},
		"over a submodule":            {change("sub"), patch.ForbiddenPath},
		"a folder as a file":          {change("dir"), patch.ForbiddenPath},
		"a file as a folder":          {create("README/x"), patch.ForbiddenPath},
		"other case":                  {create("readme"), patch.ForbiddenPath},
		"other case of a folder":      {create("DIR/x.txt"), patch.ForbiddenPath},
		"other composition":           {create("a\u0308.txt"), patch.ForbiddenPath},
		"over an existing file":       {create("dir/x.txt"), patch.Exists},
		"a symlink":                   {strings.Replace(create("l"), "100644", "120000", 1), patch.Unsupported},
		"a submodule":                 {strings.Replace(create("l"), "100644", "160000", 1), patch.Unsupported},
		"a strange mode":              {strings.Replace(create("l"), "100644", "100600", 1), patch.Unsupported},
		"binary":                      {change("bin"), patch.Unsupported},
		"LFS pointer":                 {change("lfs"), patch.Unsupported},
		"UTF-16":                      {change("utf16"), patch.Unsupported},
		"missing":                     {change("none.txt"), patch.Missing},
		"deletion without permission": {"diff --git a/dir/x.txt b/dir/x.txt\ndeleted file mode 100644\n--- a/dir/x.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n", patch.ForbiddenPath},
		"rename without permission":   {"diff --git a/dir/x.txt b/dir/y.txt\nsimilarity index 100%\nrename from dir/x.txt\nrename to dir/y.txt\n", patch.ForbiddenPath},
		"mode without permission":     {"diff --git a/tool b/tool\nold mode 100644\nnew mode 100755\n", patch.ForbiddenPath},
		"two names of one file":       {create("new/a.txt") + create("new/A.txt"), patch.ForbiddenPath},
		"file and folder at once":     {create("n") + create("n/x"), patch.ForbiddenPath},
		"combined diff":               {"diff --git a/dir/x.txt b/dir/x.txt\n--- a/dir/x.txt\n+++ b/dir/x.txt\n@@@ -1,1 -1,1 +1,1 @@@\n--x\n++y\n", patch.Unsupported},
		"binary patch":                {"diff --git a/dir/x.txt b/dir/x.txt\nindex 1..2 100644\nGIT binary patch\nliteral 1\nA\n", patch.Unsupported},
		"two different paths":         {"--- a/dir/x.txt\n+++ b/dir/z.txt\n@@ -1 +1 @@\n-x\n+y\n", patch.Unsupported},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := patch.Apply(base, []string{tc.answer}, patch.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var reasons []patch.Reason
			for _, f := range r.Files {
				for _, h := range f.Hunks {
					if h.Status == patch.Refused {
						reasons = append(reasons, h.Reason)
					}
				}
			}
			if len(reasons) == 0 || reasons[0] != tc.reason || len(r.Changes) != 0 {
				t.Fatalf("reasons %v, want %s\n%s", reasons, tc.reason, r.Feedback())
			}
		})
	}
}

// TestPermissions: what a spec grants is done, and modes are kept.
func TestPermissions(t *testing.T) {
	t.Parallel()
	base := files("x.txt", "x\ny\n", "tool", "a\n")
	base["tool"] = patch.Entry{Mode: patch.ModeExecutable, Data: []byte("a\n")}
	all := patch.Permissions{Delete: true, Rename: true, Chmod: true}
	for name, tc := range map[string]struct {
		answer string
		want   patch.Change
	}{
		"delete":             {"diff --git a/x.txt b/x.txt\ndeleted file mode 100644\n--- a/x.txt\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-x\n-y\n", patch.Change{Path: "x.txt", Action: patch.Delete}},
		"delete, V4A":        {"*** Begin Patch\n*** Delete File: x.txt\n*** End Patch\n", patch.Change{Path: "x.txt", Action: patch.Delete}},
		"rename":             {"diff --git a/x.txt b/z.txt\nsimilarity index 100%\nrename from x.txt\nrename to z.txt\n", patch.Change{Path: "z.txt", From: "x.txt", Action: patch.Rename, Mode: patch.ModeFile, Data: []byte("x\ny\n")}},
		"rename and change":  {"diff --git a/x.txt b/z.txt\nsimilarity index 50%\nrename from x.txt\nrename to z.txt\n--- a/x.txt\n+++ b/z.txt\n@@ -1,2 +1,2 @@\n x\n-y\n+Y\n", patch.Change{Path: "z.txt", From: "x.txt", Action: patch.Rename, Mode: patch.ModeFile, Data: []byte("x\nY\n")}},
		"move, V4A":          {"*** Begin Patch\n*** Update File: x.txt\n*** Move to: z.txt\n@@\n x\n-y\n+Y\n*** End Patch\n", patch.Change{Path: "z.txt", From: "x.txt", Action: patch.Rename, Mode: patch.ModeFile, Data: []byte("x\nY\n")}},
		"mode":               {"diff --git a/x.txt b/x.txt\nold mode 100644\nnew mode 100755\n", patch.Change{Path: "x.txt", Action: patch.Chmod, Mode: patch.ModeExecutable, Data: []byte("x\ny\n")}},
		"keeps the mode":     {"--- a/tool\n+++ b/tool\n@@ -1 +1 @@\n-a\n+b\n", patch.Change{Path: "tool", Action: patch.Modify, Mode: patch.ModeExecutable, Data: []byte("b\n")}},
		"copy":               {"diff --git a/x.txt b/z.txt\nsimilarity index 50%\ncopy from x.txt\ncopy to z.txt\n--- a/x.txt\n+++ b/z.txt\n@@ -1,2 +1,2 @@\n x\n-y\n+Y\n", patch.Change{Path: "z.txt", Action: patch.Create, Mode: patch.ModeFile, Data: []byte("x\nY\n")}},
		"new and executable": {"diff --git a/n b/n\nnew file mode 100755\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+n\n", patch.Change{Path: "n", Action: patch.Create, Mode: patch.ModeExecutable, Data: []byte("n\n")}},
		"new and empty":      {"diff --git a/n b/n\nnew file mode 100644\nindex 0000000..e69de29\n", patch.Change{Path: "n", Action: patch.Create, Mode: patch.ModeFile, Data: []byte{}}},
		"quoted path":        {"diff --git \"a/\\303\\244 b.txt\" \"b/\\303\\244 b.txt\"\nnew file mode 100644\n--- /dev/null\n+++ \"b/\\303\\244 b.txt\"\n@@ -0,0 +1 @@\n+n\n", patch.Change{Path: "ä b.txt", Action: patch.Create, Mode: patch.ModeFile, Data: []byte("n\n")}},
		"with a time":        {"--- x.txt\t2026-01-02 03:04:05.000 +0000\n+++ x.txt\t2026-01-02 03:04:06.000 +0000\n@@ -1,2 +1,2 @@\n-x\n+X\n y\n", patch.Change{Path: "x.txt", Action: patch.Modify, Mode: patch.ModeFile, Data: []byte("X\ny\n")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := patch.Apply(base, []string{tc.answer}, patch.Options{Allow: all})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Changes) != 1 {
				t.Fatalf("%+v\n%s", r, r.Feedback())
			}
			got := r.Changes[0]
			if got.Path != tc.want.Path || got.From != tc.want.From || got.Action != tc.want.Action || got.Mode != tc.want.Mode || string(got.Data) != string(tc.want.Data) {
				t.Errorf("got %+v (%q), want %+v", got, got.Data, tc.want)
			}
		})
	}
}
