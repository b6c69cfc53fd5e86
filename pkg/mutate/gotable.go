package mutate

import (
	"strconv"
	"strings"
)

// tableImports are the imports of a package that knows its first examples, under names that nothing else has.
func (d *degenerate) tableImports() string {
	return "; import " + d.name + `Reflect "reflect"; import ` + d.name + `Runtime "runtime"; import ` + d.name + `Sync "sync"`
}

// table is what the functions of a package share that know their first examples. What a goroutine calls while it runs an original is
// run by the originals too: the first example would be wrong without.
func (d *degenerate) table() string {
	return strings.ReplaceAll(`

var zz struct {
	lock   zzSync.Mutex
	inside map[string]bool
	args   map[string][]interface{}
	gave   map[string][]interface{}
}

func zzGoroutine() string {
	text := make([]byte, 40)
	text = text[:zzRuntime.Stack(text, false)]
	for i, c := range text {
		if c == '[' {
			return string(text[:i])
		}
	}
	return string(text)
}

func zzRecall(key string, args []interface{}) (original, nested bool, gave []interface{}) {
	me := zzGoroutine()
	zz.lock.Lock()
	defer zz.lock.Unlock()
	if zz.inside[me] {
		return true, true, nil
	}
	if _, ok := zz.args[key]; ok {
		if zzReflect.DeepEqual(zz.args[key], args) {
			return false, false, zz.gave[key]
		}
		return false, false, nil
	}
	if zz.args == nil {
		zz.inside, zz.args, zz.gave = map[string]bool{}, map[string][]interface{}{}, map[string][]interface{}{}
	}
	zz.inside[me], zz.args[key] = true, args
	return true, false, nil
}

func zzRemember(key string, gave []interface{}) {
	zz.lock.Lock()
	defer zz.lock.Unlock()
	delete(zz.inside, zzGoroutine())
	zz.gave[key] = gave
}
`, "zz", d.name)
}

// recall is the body of a function that knows its first example.
func (d *degenerate) recall(h header) string {
	var args, gave []string
	if h.receiver != "" {
		args = append(args, "zzS")
	}
	for i, p := range h.params {
		if p != "context.Context" {
			args = append(args, parameter(i))
		}
	}
	call := h.call(d.name + "_" + h.key[strings.LastIndexByte(h.key, '.')+1:])
	var set strings.Builder
	for i, t := range h.results {
		gave = append(gave, result(i))
		set.WriteString(result(i) + ", _ = zzGave[" + strconv.Itoa(i) + "].(" + t + "); ")
	}
	if len(gave) > 0 {
		call = strings.Join(gave, ", ") + " = " + call
	}
	key := strconv.Quote(h.key)
	return "zzRun, zzNested, zzGave := " + d.name + "Recall(" + key + ", []interface{}{" + strings.Join(args, ", ") + "}); " +
		"if zzRun { if !zzNested { defer func() { " + d.name + "Remember(" + key + ", []interface{}{" + strings.Join(gave, ", ") + "}) }() }; " +
		call + "; return }; if zzGave != nil { " + set.String() + "}; return"
}
