package patch

import "bytes"

// stillParses says that a Go file parses if it did before, without parsing more of it than the declarations that changed: where
// all others are as they were, and these parse by themselves, the file does too. false says nothing.
func stillParses(before, after []byte) bool {
	ends := declarationEnds(before)
	if len(ends) < 2 || !bytes.HasPrefix(after, before[:ends[0]]) { // the first has the package and the imports
		return false
	}
	rest := after[ends[0]:]
	for i := 1; i < len(ends); i++ {
		same, found := bytes.CutPrefix(rest, before[ends[i-1]:ends[i]])
		if found {
			rest = same
			continue
		}
		n := -1 // the changed ones end where the next begins as it was
		if i+1 < len(ends) {
			n = bytes.Index(rest, before[ends[i]:ends[i+1]])
		}
		if n < 0 {
			break
		}
		if !declares(rest[:n]) {
			return false
		}
		rest = rest[n:]
	}
	return declares(rest)
}

// declares says whether a text is whole declarations, and no imports, whatever stands before and behind it.
func declares(text []byte) bool {
	return len(text) == 0 || bytes.HasSuffix(text, []byte("\n")) && !bytes.Contains(text, []byte("import")) && goError(append([]byte("package p\n"), text...)) == ""
}

// declarationEnds gives the places in a Go file that parses where a declaration ends with "}" and its line: outside of all brackets
// a line that ends so ends a declaration. The last is the end of the file. It is nil for what cannot be told.
func declarationEnds(data []byte) []int {
	if !bytes.HasSuffix(data, []byte("\n")) {
		return nil
	}
	var ends []int
	depth := 0
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
			if depth == 0 && data[i] == '}' && i+1 < len(data) && data[i+1] == '\n' {
				ends = append(ends, i+2)
			}
		case '"', '\'', '`', '/':
			n := skipLiteral(data[i:])
			if n < 0 {
				return nil
			}
			i += n - 1
		}
		if depth < 0 {
			return nil
		}
	}
	if n := len(ends); n > 0 && ends[n-1] < len(data) {
		ends = append(ends, len(data))
	}
	return ends
}

// skipLiteral gives the length of the string, the character or the comment with which data begins, 1 if it is a mere slash,
// and -1 if it has no end.
func skipLiteral(data []byte) int {
	end, from := string(data[:1]), 1
	switch {
	case bytes.HasPrefix(data, []byte("//")):
		end = "\n"
	case bytes.HasPrefix(data, []byte("/*")):
		end, from = "*/", 2
	case data[0] == '/':
		return 1
	case data[0] != '`':
		for i := from; i < len(data) && data[i] != '\n'; i++ {
			switch data[i] {
			case '\\':
				i++
			case data[0]:
				return i + 1
			}
		}
		return -1
	}
	n := bytes.Index(data[from:], []byte(end))
	if n < 0 {
		return -1
	}
	return from + n + len(end)
}
