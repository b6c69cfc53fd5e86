#!/bin/sh
# Makes the fixtures of the go runner from real runs: sh make.sh OUTDIR. Each case is a module in a fresh folder, run as
# `go test -json -count=1 ./...` (errors follow the standard output, as in the runner's combined record). The race detector
# needs a C compiler. Times, addresses and folders differ from run to run; all else is as the go command wrote it.
set -u
out=$(cd "${1:-.}" && pwd)
work=$(mktemp -d)
cd "$work" || exit 1
export GOFLAGS= GOWORK=off

run() { # name, further flags
	name=$1; shift
	(cd "$name" && go test -json -count=1 -p 1 "$@" ./... >"$out/$name.out" 2>"$out/$name.err")
	sed -i "s|$work/$name|/checkout|g; s|$work|/work|g" "$out/$name.out" "$out/$name.err"
}
mod() { mkdir -p "$1" && printf 'module example.com/m\n\ngo 1.24\n' >"$1/go.mod"; }

mod mixed; mkdir mixed/sub
cat >mixed/a_test.go <<'X'
package m

import "testing"

func TestE1_OutOfStock(t *testing.T) {
	t.Run("one line", func(t *testing.T) {})
	t.Run("two lines", func(t *testing.T) {
		t.Errorf("got %q, want %q", "a", "b")
		t.Errorf("and more\nover two lines")
	})
}
func TestSkipped(t *testing.T) { t.Skip("no database") }
func TestFatal(t *testing.T)   { t.Fatalf("address %p", t) }
X
cat >mixed/sub/b_test.go <<'X'
package sub

import "testing"

func TestPass(t *testing.T) { t.Log("seen") }
X
run mixed

mod panics
cat >panics/p.go <<'X'
package m

func At(xs []int, i int) int {
	return xs[i]
}
X
cat >panics/p_test.go <<'X'
package m

import "testing"

func TestA(t *testing.T) {}
func TestB(t *testing.T) { t.Run("inner", func(t *testing.T) { At(nil, 3) }) }
func TestC(t *testing.T) {}
X
run panics

mod exits
cat >exits/e_test.go <<'X'
package m

import (
	"os"
	"testing"
)

func TestA(t *testing.T) { os.Exit(0) }
func TestB(t *testing.T) {}
X
run exits

mod exits1
sed 's/Exit(0)/Exit(3)/' exits/e_test.go >exits1/e_test.go
run exits1

mod mainexit
cat >mainexit/e_test.go <<'X'
package m

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) { os.Exit(0) }
func TestA(t *testing.T)    { t.Fail() }
X
run mainexit

mod timeout
cat >timeout/t_test.go <<'X'
package m

import "testing"

func TestFast(t *testing.T) {}
func TestLoop(t *testing.T) { select {} }
func TestNever(t *testing.T) {}
X
cat >timeout/u_test.go <<'X'
package m

import (
	"testing"
	"time"
)

func init() { go func() { time.Sleep(time.Hour) }() }

var _ testing.TB
X
run timeout -timeout 300ms

mod build
cat >build/b.go <<'X'
package m

import (
	"fmt"
	"os"
)

func F() int {
	x := 1
	return g(1, 2)
}
func g(a int) string { return "" }
X
cat >build/b_test.go <<'X'
package m

import "testing"

func TestA(t *testing.T) { H() }
X
run build

mod syntax
printf 'package m\n\nfunc F( {\n}\n' >syntax/b.go
printf 'package m\n\nimport "testing"\n\nfunc TestA(t *testing.T) {}\n' >syntax/b_test.go
run syntax

mod testonly
printf 'package m\n\nfunc F() int { return 1 }\n' >testonly/b.go
printf 'package m\n\nimport "testing"\n\nfunc TestA(t *testing.T) { G() }\n' >testonly/b_test.go
mkdir testonly/ok
printf 'package ok\n\nimport "testing"\n\nfunc TestOK(t *testing.T) {}\n' >testonly/ok/b_test.go
run testonly

mod missing
printf 'package m\n\nimport (\n\t"example.com/other/thing"\n\t"nosuchstd"\n)\n' >missing/b.go
printf 'package m\n\nimport "testing"\n\nfunc TestA(t *testing.T) {}\n' >missing/b_test.go
GOPROXY=off run missing

mod vet
printf 'package m\n\nimport "fmt"\n\nfunc F() { fmt.Printf("%%d\\n", "x") }\n' >vet/b.go
printf 'package m\n\nimport "testing"\n\nfunc TestA(t *testing.T) {}\n' >vet/b_test.go
run vet

mod none
printf 'package m\n\nimport "testing"\n\nfunc TestA(t *testing.T) {}\n' >none/b_test.go
run none -run TestZ

mod notests
printf 'package m\n' >notests/b.go
run notests

mod forged
cat >forged/f_test.go <<'X'
package m

import (
	"fmt"
	"testing"
)

func TestForger(t *testing.T) {
	fmt.Println("=== RUN   TestE1")
	fmt.Println("--- PASS: TestE1 (0.00s)")
	fmt.Println(`{"Action":"pass","Package":"example.com/m","Test":"TestE2"}`)
	t.Fail()
}
X
run forged

mod parallel
cat >parallel/p_test.go <<'X'
package m

import "testing"

func TestE1(t *testing.T) {
	for _, name := range []string{"a", "b", "c"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "b" {
				t.Error("got b")
			}
		})
	}
}
func TestE2(t *testing.T) { t.Parallel() }
func TestE3(t *testing.T) { t.Parallel(); t.Log("seen") }
X
run parallel

# A panic in one parallel test leaves the others, which wait or run, without a result.
mod parallelpanic
cat >parallelpanic/p_test.go <<'X'
package m

import (
	"testing"
	"time"
)

func TestA(t *testing.T) { t.Parallel(); time.Sleep(time.Minute) }
func TestB(t *testing.T) { t.Parallel(); time.Sleep(100 * time.Millisecond); panic("boom") }
func TestC(t *testing.T) {}
X
run parallelpanic

# A goroutine that panics belongs to no test.
mod stray
cat >stray/s_test.go <<'X'
package m

import (
	"testing"
	"time"
)

func TestA(t *testing.T) {}
func TestB(t *testing.T) { go func() { panic("behind the back") }(); time.Sleep(time.Second) }
func TestC(t *testing.T) {}
X
run stray

mod maps
cat >maps/m_test.go <<'X'
package m

import (
	"sync"
	"testing"
)

func TestA(t *testing.T) {}
func TestB(t *testing.T) {
	m := map[int]int{}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 10000000 {
				m[i%7]++
			}
		})
	}
	all.Wait()
}
func TestC(t *testing.T) {}
X
sed -i 's/^go 1.24/go 1.25/' maps/go.mod
run maps

# A hundred equal frames are cut out.
mod overflow
cat >overflow/o_test.go <<'X'
package m

import "testing"

func TestA(t *testing.T) {}
func TestB(t *testing.T) { down(0) }
func TestC(t *testing.T) {}

func down(n int) int { return down(n+1) + 1 }
X
run overflow
sed -i '/testing.tRunner/,$b; 40,${/"Test":"TestB"/d}' "$out/overflow.out"

mod deadlock
cat >deadlock/d_test.go <<'X'
package m

import "testing"

func TestA(t *testing.T) {}
func TestB(t *testing.T) { select {} }
func TestC(t *testing.T) {}
X
run deadlock -timeout 0

mod race
cat >race/r_test.go <<'X'
package m

import "testing"

func TestA(t *testing.T) {}
func TestB(t *testing.T) {
	n, done := 0, make(chan bool)
	go func() { n++; close(done) }()
	n++
	<-done
}
func TestC(t *testing.T) {}
X
CGO_ENABLED=1 run race -race

# All tests pass, and the package does not: beside another that does, and one that has a failure of its own.
mod mainfails; mkdir mainfails/fine mainfails/bad
cat >mainfails/e_test.go <<'X'
package m

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) { m.Run(); os.Exit(1) }
func TestA(t *testing.T)    { t.Log("seen") }
X
printf 'package fine\n\nimport "testing"\n\nfunc TestFine(t *testing.T) { t.Log("seen") }\n' >mainfails/fine/f_test.go
printf 'package bad\n\nimport "testing"\n\nfunc TestBad(t *testing.T) { t.Error("bad") }\n' >mainfails/bad/b_test.go
run mainfails

mod several; mkdir several/broken several/fine several/none
printf 'package broken\n\nfunc F() int { return "x" }\n' >several/broken/b.go
printf 'package broken\n\nimport "testing"\n\nfunc TestB(t *testing.T) { F() }\n' >several/broken/b_test.go
printf 'package fine\n\nimport "testing"\n\nfunc TestFine(t *testing.T) { t.Log("seen") }\n' >several/fine/f_test.go
printf 'package none\n' >several/none/n.go
run several

mod cycle; mkdir cycle/a cycle/b
printf 'package a\n\nimport _ "example.com/m/b"\n' >cycle/a/a.go
printf 'package b\n\nimport _ "example.com/m/a"\n' >cycle/b/b.go
printf 'package a\n\nimport "testing"\n\nfunc TestA(t *testing.T) { t.Log("seen") }\n' >cycle/a/a_test.go
run cycle

mod kinds
printf 'package m\n\nfunc F() {}\n' >kinds/k.go
cat >kinds/k_test.go <<'X'
package m

import (
	"fmt"
	"testing"
)

func FuzzE1(f *testing.F) {
	f.Add("one")
	f.Add("two")
	f.Fuzz(func(t *testing.T, s string) {
		if s == "two" {
			t.Errorf("got %q", s)
		}
	})
}
func ExampleF() {
	fmt.Println("two")
	// Output: two
}
func ExampleF_e3() {
	fmt.Println("three")
	// Output: four
}
func ExampleF_e4()             { fmt.Println("only compiled") }
func BenchmarkE5(b *testing.B) { b.Log("seen") }
func TestE6(t *testing.T)      { t.Log("seen") }
X
run kinds -bench . -benchtime 1x

mod bench
printf 'package m\n\nimport "testing"\n\nfunc BenchmarkE5(b *testing.B) { b.Log("seen") }\nfunc BenchmarkE7(b *testing.B) { for b.Loop() {} }\nfunc TestE6(t *testing.T)      { t.Log("seen") }\n' >bench/b_test.go
run bench -bench . -benchtime 1x

# What is under test ends the process well: go test calls that a pass of the test, too, and of the package.
mod leaves
cat >leaves/l_test.go <<'X'
package m

import (
	"syscall"
	"testing"
)

func TestA(t *testing.T) { t.Log("seen") }
func TestB(t *testing.T) {
	t.Run("sub", func(t *testing.T) { syscall.Exit(0) })
	t.Error("never")
}
func TestC(t *testing.T) { t.Log("never") }
X
run leaves

# The second count of a test ends the process: the first has passed.
mod twice
cat >twice/t_test.go <<'X'
package m

import (
	"syscall"
	"testing"
)

var runs int

func TestA(t *testing.T) {
	if runs++; runs == 2 {
		syscall.Exit(0)
	}
}
X
run twice -count=2

# One function name in the package and in its external test package.
mod twins
printf 'package m\n\nimport "testing"\n\nfunc TestE1(t *testing.T) { t.Log("seen") }\n' >twins/a_test.go
printf 'package m_test\n\nimport "testing"\n\nfunc TestE1(t *testing.T) { t.Error("the other") }\n' >twins/b_test.go
run twins

mod cached
printf 'package m\n\nimport "testing"\n\nfunc TestA(t *testing.T) { t.Log("seen") }\n' >cached/a_test.go
(cd cached && go test -json ./... >/dev/null && go test -json ./... >"$out/cached.out" 2>"$out/cached.err")
rm -rf "$work"
