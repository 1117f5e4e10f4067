//go:build js && wasm

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"syscall/js"

	"unnoise/model/gpu/device"
	"unnoise/wasm/message"
)

// file is a model's file, verified.
type file struct {
	bytes  []byte // the only copy in Go's memory
	sha256 string
	cached bool
	note   string // what went wrong without stopping it
}

// errHash says that bytes are not those that were promised.
var errHash = errors.New("the SHA-256 is another one")

// obtain takes a model's file from the browser's storage, or fetches and stores
// it. A stored file that does not have its hash is dropped and fetched again.
func obtain(ctx context.Context, m *message.Load, report func(message.Stage, int64, int64)) (*file, error) {
	if m.SHA256 == "" {
		array, err := fetch(ctx, m, report)
		if err != nil {
			return nil, err
		}
		return verify(array, "")
	}
	s, err := openStore()
	if err != nil {
		array, fetchErr := fetch(ctx, m, report)
		if fetchErr != nil {
			return nil, fetchErr
		}
		f, verifyErr := verify(array, m.SHA256)
		if verifyErr != nil {
			return nil, wrongHash(m, verifyErr)
		}
		f.note = fmt.Sprintf("The model will be downloaded again next time: %s.", clause(err))
		return f, nil
	}
	defer s.close()
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
		f.note = fmt.Sprintf("The model will be downloaded again next time, since it could not be stored: %s.", clause(err))
	}
	return f, nil
}

// fromStore returns the stored file, or nil where there is none that is whole.
func fromStore(s *store, m *message.Load, report func(message.Stage, int64, int64)) *file {
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
	f.cached = true
	return f
}

// verifyBlob is verify for what was stored.
func verifyBlob(stored js.Value, want string) (*file, error) {
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
func verify(array js.Value, want string) (*file, error) {
	f := &file{}
	if subtle := js.Global().Get("crypto").Get("subtle"); subtle.Truthy() {
		digest, err := device.Await(subtle.Call("digest", "SHA-256", array))
		if err != nil {
			return nil, fmt.Errorf("hashing the model: %w", err)
		}
		f.sha256 = hex.EncodeToString(jsBytes(js.Global().Get("Uint8Array").New(digest)))
	}
	if f.sha256 != "" && want != "" && f.sha256 != want {
		return nil, fmt.Errorf("%w: %s, expected %s", errHash, f.sha256, want)
	}
	f.bytes = jsBytes(array)
	if f.sha256 == "" { // not a secure context
		sum := sha256.Sum256(f.bytes)
		f.sha256 = hex.EncodeToString(sum[:])
	}
	if want != "" && f.sha256 != want {
		return nil, fmt.Errorf("%w: %s, expected %s", errHash, f.sha256, want)
	}
	return f, nil
}

// wrongHash is the sentence for a download that is not the listed file.
func wrongHash(m *message.Load, err error) error {
	if !errors.Is(err, errHash) {
		return err
	}
	return &problem{
		message: fmt.Sprintf("The model “%s” arrived damaged: %s.", m.ID, clause(err)),
		hint:    "Please try again. If it happens again, the file on the server is not the one this page was made for.",
	}
}
