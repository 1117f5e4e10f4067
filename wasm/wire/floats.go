package wire

import "reflect"

var floatSlice = reflect.TypeFor[[]float32]()

// carries reports whether values of the type may have float slices in them.
func carries(t reflect.Type) bool {
	switch {
	case t == floatSlice:
		return true
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			if carries(t.Field(i).Type) {
				return true
			}
		}
	case t.Kind() == reflect.Slice, t.Kind() == reflect.Pointer:
		return carries(t.Elem())
	}
	return false
}

// without returns a copy of v that has nil for every float slice, and appends those
// to floats, in the order of the fields.
func without(v reflect.Value, floats *[][]float32) reflect.Value {
	switch {
	case !carries(v.Type()):
		return v
	case v.Type() == floatSlice:
		*floats = append(*floats, v.Interface().([]float32))
		return reflect.Zero(floatSlice)
	case v.Kind() == reflect.Struct:
		copied := reflect.New(v.Type()).Elem()
		for i := range v.NumField() {
			copied.Field(i).Set(without(v.Field(i), floats))
		}
		return copied
	case v.IsNil():
		return v
	case v.Kind() == reflect.Pointer:
		copied := reflect.New(v.Type().Elem())
		copied.Elem().Set(without(v.Elem(), floats))
		return copied
	}
	copied := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	for i := range v.Len() {
		copied.Index(i).Set(without(v.Index(i), floats))
	}
	return copied
}

// remainder is what has not been put in its place yet.
type remainder struct {
	lengths []int
	floats  []float32
}

// into undoes without. It returns false where lengths and floats do not fit.
func (r *remainder) into(v reflect.Value) bool {
	switch {
	case !carries(v.Type()):
		return true
	case v.Type() == floatSlice:
		return r.next(v)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if !r.into(v.Field(i)) {
				return false
			}
		}
		return true
	case v.IsNil():
		return true
	case v.Kind() == reflect.Pointer:
		return r.into(v.Elem())
	}
	for i := range v.Len() {
		if !r.into(v.Index(i)) {
			return false
		}
	}
	return true
}

func (r *remainder) next(v reflect.Value) bool {
	if len(r.lengths) == 0 || r.lengths[0] < -1 || r.lengths[0] > len(r.floats) {
		return false
	}
	n := r.lengths[0]
	r.lengths = r.lengths[1:]
	switch {
	case n == 0:
		v.Set(reflect.ValueOf([]float32{}))
	case n > 0:
		v.Set(reflect.ValueOf(r.floats[:n:n]))
		r.floats = r.floats[n:]
	}
	return true
}
