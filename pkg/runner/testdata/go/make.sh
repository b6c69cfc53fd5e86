#!/bin/sh
# Makes the fixtures of the go runner from real runs: sh make.sh OUTDIR. Each case is a module in a fresh folder, run as
# `go test -json -count=1 ./...` (errors follow the standard output, as in the runner's combined record).
set -u
out=$(cd "${1:-.}" && pwd)
work=$(mktemp -d)
cd "$work" || exit 1
export GOFLAGS= GOWORK=off

run() { # name, further flags
	name=$1; shift
	(cd "$name" && go test -json -count=1 "$@" ./... >"$out/$name.out" 2>"$out/$name.err"; echo "exit $?" >"$out/$name.exit")
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
rm -rf "$work"
