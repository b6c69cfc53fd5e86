package syntax

import "go/ast"

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
