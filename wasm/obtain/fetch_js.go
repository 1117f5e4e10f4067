package obtain

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"syscall/js"

	"unnoise/model/gpu/device"
	"unnoise/wasm/message"
)

const hintConnection = "Please check the connection and try again."

// fetch downloads a model into one Uint8Array, outside Go's memory. Errors are
// problems.
func fetch(ctx context.Context, m *message.Load, report Report) (js.Value, error) {
	abort := js.Global().Get("AbortController").New()
	stop := context.AfterFunc(ctx, func() { abort.Call("abort") })
	defer stop()

	response, err := device.Await(js.Global().Call("fetch", m.URL, map[string]any{"signal": abort.Get("signal")}))
	if err != nil {
		return js.Value{}, &Problem{
			Message: fmt.Sprintf("The model “%s” could not be downloaded from %s (%s).", m.ID, m.URL, Clause(err)),
			Hint:    hintConnection,
		}
	}
	if !response.Get("ok").Bool() {
		return js.Value{}, &Problem{
			Message: fmt.Sprintf("The model “%s” could not be downloaded: the server answered %d for %s.", m.ID, response.Get("status").Int(), m.URL),
			Hint:    "Please try again later; the site may be incomplete.",
		}
	}
	if kind := header(response, "Content-Type"); strings.HasPrefix(kind, "text/html") {
		return js.Value{}, servedHTML(m)
	}
	return receive(response, m, report)
}

// receive reads the body of a response.
func receive(response js.Value, m *message.Load, report Report) (js.Value, error) {
	const unknownSize = 1 << 20 // to begin with
	total := m.Size
	if total == 0 && header(response, "Content-Encoding") == "" {
		total, _ = strconv.ParseInt(header(response, "Content-Length"), 10, 64)
	}
	uint8Array := js.Global().Get("Uint8Array")
	size := int(total)
	if total == 0 {
		size = unknownSize
	}
	array := uint8Array.New(size)
	reader := response.Get("body").Call("getReader")
	done := 0
	report(message.StageFetch, 0, total)
	for {
		chunk, err := device.Await(reader.Call("read"))
		if err != nil {
			return js.Value{}, &Problem{
				Message: fmt.Sprintf("The download of the model “%s” broke off after %s (%s).", m.ID, ofBytes(done, total), Clause(err)),
				Hint:    hintConnection,
			}
		}
		if chunk.Get("done").Bool() {
			break
		}
		value := chunk.Get("value")
		if need := done + value.Length(); need > size {
			if m.Size != 0 {
				reader.Call("cancel")
				return js.Value{}, &Problem{
					Message: fmt.Sprintf("The file of the model “%s” is larger than the %d bytes it should have.", m.ID, m.Size),
					Hint:    "Please reload the page. If that does not help, the file on the server is not the one this page was made for.",
				}
			}
			size = max(2*size, need)
			larger := uint8Array.New(size)
			larger.Call("set", array.Call("subarray", 0, done))
			array = larger
		}
		array.Call("set", value, done)
		done += value.Length()
		report(message.StageFetch, int64(done), total)
	}
	if done >= 1 && array.Index(0).Int() == '<' {
		return js.Value{}, servedHTML(m)
	}
	if m.Size != 0 && int64(done) != m.Size {
		return js.Value{}, &Problem{
			Message: fmt.Sprintf("The download of the model “%s” ended after %s.", m.ID, ofBytes(done, total)),
			Hint:    hintConnection,
		}
	}
	if done < size {
		array = array.Call("slice", 0, done)
	}
	return array, nil
}

func servedHTML(m *message.Load) error {
	return &Problem{
		Message: fmt.Sprintf("There is a web page instead of the model “%s” at %s.", m.ID, m.URL),
		Hint:    "The server may ask for a login or may lack the file. Please open that address in a tab to see.",
	}
}

func header(response js.Value, name string) string {
	if v := response.Get("headers").Call("get", name); v.Type() == js.TypeString {
		return strings.ToLower(v.String())
	}
	return ""
}

func ofBytes(done int, total int64) string {
	if total == 0 {
		return fmt.Sprintf("%d bytes", done)
	}
	return fmt.Sprintf("%d of %d bytes", done, total)
}
