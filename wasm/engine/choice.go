//go:build js && wasm

package main

import (
	"encoding/json"
	"os"
	"path"
	"strings"
	"syscall/js"

	"unnoise/model/gpu"
	"unnoise/wasm/message"
	"unnoise/wasm/obtain"
)

// choice is what was measured for a model on a device. The zero choice takes the
// defaults and f32.
type choice struct {
	Choices                gpu.Choices       // in float32; empty where the defaults are as fast
	F16Choices             gpu.Choices       // in f16
	Precision              message.Precision // to use; empty is f32
	F32Seconds, F16Seconds float64           // a step of one picture; 0 where it was not measured
	measured               bool
	shapes                 int  // how many were measured; 0 of a choice that was stored
	wrong                  bool // some kernels compute something else here
}

func (c choice) precision() gpu.Precision {
	if c.Precision == message.PrecisionF16 {
		return gpu.F16
	}
	return gpu.F32
}

// choices are those of the precision in use.
func (c choice) choices() gpu.Choices {
	if c.precision() == gpu.F16 {
		return c.F16Choices
	}
	return c.Choices
}

// choiceKey names what a choice holds for: this program, the browser, whose version
// decides how kernels are compiled, the adapter with its features, and the model.
func (e *engine) choiceKey() string {
	info, ready := e.executor.Device.Info, e.executor.Ready
	adapter := strings.Join([]string{info.Vendor, info.Architecture, info.Description}, " ")
	return versions() + strings.Join([]string{adapter, strings.Join(ready.Features, " "), e.model.sha256}, "\n")
}

// versions begins the keys of all choices that this program makes in this browser.
func versions() string {
	browser := ""
	if navigator := js.Global().Get("navigator"); navigator.Truthy() {
		browser = navigator.Get("userAgent").String()
	}
	return programName() + "\n" + browser + "\n"
}

// programName is the file this program was loaded from, which has its hash.
func programName() string { return path.Base(os.Args[0]) }

// recall gives the loaded model the choice of an earlier visit, if there is one.
func (e *engine) recall() {
	if e.model == nil {
		return
	}
	e.model.choice = choice{}
	if e.executor.Device == nil {
		return
	}
	if stored, ok := e.storedChoice(); ok {
		e.model.choice = stored
	}
	e.obey()
}

// storedChoice reads a choice. One that cannot be read is as good as none: it is
// measured again.
func (e *engine) storedChoice() (c choice, ok bool) {
	s, err := obtain.OpenStore()
	if err != nil {
		return choice{}, false
	}
	defer s.Close()
	text, err := s.Read(obtain.StoreChoices, e.choiceKey())
	if err != nil || text.Type() != js.TypeString || json.Unmarshal([]byte(text.String()), &c) != nil {
		return choice{}, false
	}
	c.measured = true
	return c, true
}

// remember stores the model's choice, in place of those of other versions of this
// program and of the browser.
func (e *engine) remember() error {
	text, err := json.Marshal(e.model.choice)
	if err != nil {
		return err
	}
	s, err := obtain.OpenStore()
	if err != nil {
		return err
	}
	defer s.Close()
	var keys js.Value
	if err := s.Transact(obtain.StoreChoices, "readonly", func(in js.Value) { keys = in.Call("getAllKeys") }); err != nil {
		return err
	}
	return s.Transact(obtain.StoreChoices, "readwrite", func(in js.Value) {
		for all, i := keys.Get("result"), 0; i < all.Length(); i++ {
			if key := all.Index(i); !strings.HasPrefix(key.String(), versions()) {
				in.Call("delete", key)
			}
		}
		in.Call("put", string(text), e.choiceKey())
	})
}

// obey puts the precision that the page asks for above the one that was measured.
func (e *engine) obey() {
	c := &e.model.choice
	if e.precision != message.PrecisionAny {
		c.Precision = e.precision
	}
	if !e.executor.Device.Features.ShaderF16 {
		c.Precision = message.PrecisionF32
	}
}

// precisionInUse is what the loaded model's runs use; empty on the CPU.
func (e *engine) precisionInUse() message.Precision {
	if e.executor.Device == nil || e.model == nil {
		return ""
	}
	if e.model.choice.precision() == gpu.F16 {
		return message.PrecisionF16
	}
	return message.PrecisionF32
}
