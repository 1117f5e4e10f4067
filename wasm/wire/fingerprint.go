package wire

import (
	"fmt"
	"hash/fnv"
	"io"
	"reflect"
	"strconv"
)

func fingerprint(all []Message) string {
	h := fnv.New64a()
	for _, m := range all {
		fmt.Fprintf(h, "%s:", m.Kind())
		describe(h, reflect.TypeOf(m).Elem())
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

// describe writes a type down to its last field.
func describe(w io.Writer, t reflect.Type) {
	switch t.Kind() {
	case reflect.Struct:
		fmt.Fprint(w, "{")
		for i := range t.NumField() {
			f := t.Field(i)
			fmt.Fprintf(w, "%s %q ", f.Name, f.Tag)
			describe(w, f.Type)
		}
		fmt.Fprint(w, "}")
	case reflect.Slice, reflect.Pointer, reflect.Array, reflect.Map:
		fmt.Fprint(w, t.Kind(), " ")
		describe(w, t.Elem())
	default:
		fmt.Fprint(w, t.Kind(), ";")
	}
}
