package evaluate

// The test that runs an objection is built from these. Its language is set to the version that it needs, whatever that of the module is. Its
// names begin with zz, and it uses no name of the code but those in the call.
const (
	testHead = `//go:build go1.21

package %s

import (
	zzFmt "fmt"
	zzReflect "reflect"
	zzTesting "testing"
)

type zzFinding struct {
	wantPanic, panicked, exits   bool
	failed, noError, other, wary bool
	got, why                     string
}

// calm notes that the call has not panicked.
func (zz *zzFinding) calm(got string) { zz.got = "no panic" + got }

func (zz *zzFinding) doubts(why string) { zz.wary, zz.why = true, why }

// fails wants an error.
func (zz *zzFinding) fails(err error) {
	zz.failed = true
	if err == nil {
		zz.noError = true
	}
}

// settle tells what was found: nothing where the call gave what is expected.
func (zz *zzFinding) settle(t *zzTesting.T, word string) {
	switch {
	case zz.exits:
		t.Errorf("%%s doubt %%x", word, "it ends the process")
	case zz.wantPanic && zz.panicked:
	case zz.wantPanic || zz.panicked || zz.noError || zz.other && !zz.failed:
		t.Errorf("%%s differs %%x", word, zz.got)
	case zz.failed && (zz.other || zz.wary):
		t.Errorf("%%s doubt %%x", word, "an error came as expected, and what comes with it is " + zz.got)
	case zz.wary:
		t.Errorf("%%s doubt %%x", word, zz.why)
	}
}

func zzAll(v ...interface{}) []interface{} { return v }

func zzPrint(all ...interface{}) string {
	out := ""
	for i, v := range all {
		if i > 0 {
			out += ", "
		}
		out += zzShow(v)
	}
	if len(out) > 160 {
		out = out[:160] + "..."
	}
	return out
}

func zzShow(v interface{}) string {
	if v == nil {
		return "nil"
	}
	if err, ok := v.(error); ok {
		return zzFmt.Sprintf("error(%%.60q)", err)
	}
	switch r := zzReflect.ValueOf(v); r.Kind() {
	case zzReflect.Uint, zzReflect.Uint8, zzReflect.Uint16, zzReflect.Uint32, zzReflect.Uint64, zzReflect.Uintptr:
		return zzFmt.Sprint(r.Uint())
	case zzReflect.String:
		return zzFmt.Sprintf("%%.100q", r.String())
	}
	return zzFmt.Sprintf("%%#v", v)
}

// zzWants takes what is expected as the type of what came.
func zzWants[T interface{}](zz *zzFinding, got T) func(want T) {
	return func(want T) { zz.compare(zzReflect.TypeOf((*T)(nil)).Elem(), got, want) }
}

func (zz *zzFinding) compare(static zzReflect.Type, g, w interface{}) {
	if zzReflect.DeepEqual(g, w) {
		return
	}
	switch {
	case static.Kind() == zzReflect.Interface && w != nil && g != nil && zzReflect.TypeOf(g) != zzReflect.TypeOf(w):
		zz.doubts("the result can be of any type, and this is " + zzReflect.TypeOf(g).String())
		return
	case g != nil && w != nil && zzFmt.Sprintf("%%+v", g) == zzFmt.Sprintf("%%+v", w):
		zz.doubts("what came and what is expected print alike")
		return
	case static.Kind() == zzReflect.Float32 || static.Kind() == zzReflect.Float64:
		a, b := zzReflect.ValueOf(g).Float(), zzReflect.ValueOf(w).Float()
		if d := a - b; d*d <= 1e-12*(a*a+b*b) {
			zz.doubts("what came differs by a rounding error")
			return
		}
	}
	zz.other = true
}
`
	testBody = `
func %s(t *zzTesting.T) {
	zz := zzFinding{wantPanic: %t, panicked: true}
	func() {
		defer func() {
			if p := recover(); zz.panicked {
				zz.got = zzFmt.Sprintf("panic: %%.100v", p)
				zz.exits = p == "unexpected call to os.Exit(0) during test"
			}
		}()
%s		zz.panicked = false
	}()
	zz.settle(t, %q)
}
`
)
