package syntax

import (
	"go/ast"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// GoReceiver is the name of the type that a method of Go belongs to; "" for a function, "_" where that cannot be told.
func GoReceiver(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) == 0 {
		return ""
	}
	e := f.Recv.List[0].Type
	for {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		case *ast.Ident:
			return x.Name
		default:
			return "_"
		}
	}
}

// GoFuncName is the name of a function of Go, a method's behind that of its receiver's type: Stack.Push.
func GoFuncName(f *ast.FuncDecl) string {
	if of := GoReceiver(f); of != "" {
		return of + "." + f.Name.Name
	}
	return f.Name.Name
}

// GoRuns says whether the go command runs a function of this name for one of the prefixes, such as Test: TestX and Test_x, but not
// Testimony. TestMain is for the caller to tell.
func GoRuns(name string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool {
		rest, ok := strings.CutPrefix(name, prefix)
		first, _ := utf8.DecodeRuneInString(rest)
		return ok && (rest == "" || !unicode.IsLower(first))
	})
}
