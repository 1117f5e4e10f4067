package shaders

import "strings"

// What this file reads of a kernel stands at the beginning of a line, in one form, to
// which the tests of this package hold every kernel: a scan of lines does for it, and a
// page need not load a parser of regular expressions.

// override is a line that declares a tunable: override NAME: u32 = 4u; // and a comment
type override struct{ name, value, rest string }

func cutOverride(line string) (o override, ok bool) {
	line, ok = strings.CutPrefix(line, "override ")
	if ok {
		o.name, line, ok = strings.Cut(line, ": u32 = ")
	}
	if ok {
		o.value, o.rest, ok = strings.Cut(line, "u;")
	}
	return o, ok
}

// constant is the line with the tunable made a constant.
func (o override) constant() string { return "const " + o.name + ": u32 = " + o.value + "u;" + o.rest }

// storageLine is a line that declares a storage buffer:
//
//	@group(0) @binding(1) var<storage, read> x: array<act4>;
type storageLine struct{ access, name, element string }

func cutStorage(line string) (s storageLine, ok bool) {
	line, ok = strings.CutPrefix(line, "@group(0) @binding(")
	if ok {
		_, line, ok = strings.Cut(line, ") var<storage, ")
	}
	if ok {
		s.access, line, ok = strings.Cut(line, "> ")
	}
	if ok {
		s.name, line, ok = strings.Cut(line, ": array<")
	}
	if ok {
		s.element, _, ok = strings.Cut(line, ">;")
	}
	return s, ok
}

// replaceCalls renames the calls of a function that have arguments: "act(" where "act" is
// no end of a longer name.
func replaceCalls(code, name, by string) string {
	var out strings.Builder
	for from := 0; ; {
		i := strings.Index(code[from:], name+"(")
		if i < 0 {
			out.WriteString(code[from:])
			return out.String()
		}
		at := from + i
		end := at + len(name) + 1
		longer := at > 0 && isWord(code[at-1])
		if empty := strings.HasPrefix(code[end:], ")"); longer || empty {
			out.WriteString(code[from:end])
		} else {
			out.WriteString(code[from:at] + by + "(")
		}
		from = end
	}
}

func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
