package obtain

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"syscall/js"
	"time"

	"unnoise/model/gpu/device"
	"unnoise/wasm/message"
)

// File is a model's file, verified.
type File struct {
	Bytes  []byte // the only copy in Go's memory
	SHA256 string
	Cached bool   // it was in the browser's storage
	Note   string // a sentence: what went wrong without stopping it
}

// Report takes the progress of a stage, in bytes.
type Report func(stage message.Stage, done, total int64)

// errHash says that bytes are not those that were promised.
var errHash = errors.New("the SHA-256 is another one")

// Model takes a model's file from the browser's storage, or fetches and stores
// it. A stored file that does not have its hash is dropped and fetched again.
func Model(ctx context.Context, m *message.Load, report Report) (*File, error) {
	if m.SHA256 == "" {
		array, err := fetch(ctx, m, report)
		if err != nil {
			return nil, err
		}
		return verify(array, "")
	}
	s, err := OpenStore()
	if err != nil {
		array, fetchErr := fetch(ctx, m, report)
		if fetchErr != nil {
			return nil, fetchErr
		}
		f, verifyErr := verify(array, m.SHA256)
		if verifyErr != nil {
			return nil, wrongHash(m, verifyErr)
		}
		f.Note = fmt.Sprintf("The model will be downloaded again next time: %s.", Clause(err))
		return f, nil
	}
	defer s.Close()
	if f := fromStore(s, m, report); f != nil {
		return f, nil
	}
	array, err := fetch(ctx, m, report)
	if err != nil {
		return nil, err
	}
	f, err := verify(array, m.SHA256)
	if err != nil {
		return nil, wrongHash(m, err)
	}
	if err := s.put(m.SHA256, array); err != nil {
		f.Note = fmt.Sprintf("The model will be downloaded again next time, since it could not be stored: %s.", Clause(err))
	}
	return f, nil
}

// fromStore returns the stored file, or nil where there is none that is whole.
func fromStore(s *Store, m *message.Load, report Report) *File {
	stored, err := s.get(m.SHA256)
	if err != nil || !stored.Truthy() {
		return nil
	}
	size := m.Size
	report(message.StageCache, 0, size)
	f, err := verifyBlob(stored, m.SHA256)
	if err != nil {
		// Whatever keeps it from being dropped keeps it from being replaced, and
		// then put says so.
		_ = s.drop(m.SHA256)
		return nil
	}
	report(message.StageCache, size, size)
	f.Cached = true
	return f
}

// verifyBlob is verify for what was stored.
func verifyBlob(stored js.Value, want string) (*File, error) {
	if !stored.InstanceOf(js.Global().Get("Blob")) {
		return nil, errors.New("not a file")
	}
	buffer, err := device.Await(stored.Call("arrayBuffer"))
	if err != nil {
		return nil, err
	}
	return verify(js.Global().Get("Uint8Array").New(buffer), want)
}

// verify hashes a Uint8Array and copies it into Go's memory. An empty want
// accepts any hash; otherwise the error is errHash where it differs.
func verify(array js.Value, want string) (*File, error) {
	f := &File{}
	if subtle := js.Global().Get("crypto").Get("subtle"); subtle.Truthy() {
		digest, err := device.Await(subtle.Call("digest", "SHA-256", array))
		if err != nil {
			return nil, fmt.Errorf("hashing the model: %w", err)
		}
		f.SHA256 = hex.EncodeToString(jsBytes(js.Global().Get("Uint8Array").New(digest)))
	}
	if f.SHA256 != "" && want != "" && f.SHA256 != want {
		return nil, fmt.Errorf("%w: %s, expected %s", errHash, f.SHA256, want)
	}
	f.Bytes = jsBytes(array)
	if f.SHA256 == "" { // not a secure context
		sum := sha256.Sum256(f.Bytes)
		f.SHA256 = hex.EncodeToString(sum[:])
	}
	if want != "" && f.SHA256 != want {
		return nil, fmt.Errorf("%w: %s, expected %s", errHash, f.SHA256, want)
	}
	return f, nil
}

// wrongHash is the sentence for a download that is not the listed file.
func wrongHash(m *message.Load, err error) error {
	if !errors.Is(err, errHash) {
		return err
	}
	return &Problem{
		Message: fmt.Sprintf("The model “%s” arrived damaged: %s.", m.ID, Clause(err)),
		Hint:    "Please try again. If it happens again, the file on the server is not the one this page was made for.",
	}
}

// Page fetches a small file of the site, without storing it. Errors are Problems.
func Page(ctx context.Context, path string) ([]byte, error) {
	m := &message.Load{ID: path, URL: path}
	array, err := fetch(ctx, m, func(message.Stage, int64, int64) {})
	if err != nil {
		var p *Problem
		if errors.As(err, &p) {
			return nil, &Problem{strings.ReplaceAll(p.Message, "the model", "the file"), p.Hint}
		}
		return nil, err
	}
	return jsBytes(array), nil
}

// progressEvery is the least time between two reports of a stage.
const progressEvery = 50 * time.Millisecond

// Throttle passes on the first and the last report of a stage and not too many
// between.
func Throttle(report Report) Report {
	var last time.Time
	var stageThen message.Stage
	return func(stage message.Stage, done, total int64) {
		if stage == stageThen && done != total && time.Since(last) < progressEvery {
			return
		}
		last, stageThen = time.Now(), stage
		report(stage, done, total)
	}
}

// jsBytes copies a Uint8Array into Go's memory.
func jsBytes(array js.Value) []byte {
	data := make([]byte, array.Length())
	js.CopyBytesToGo(data, array)
	return data
}
