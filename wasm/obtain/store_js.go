package obtain

import (
	"errors"
	"fmt"
	"syscall/js"
	"time"
)

// The browser's database of models, Blobs by SHA-256, and of what was measured for
// them, JSON by choiceKey. IndexedDB is there also where the page is not a secure
// context, unlike the Cache and OPFS.
const (
	storeDatabase = "unnoise"
	StoreModels   = "models"
	StoreChoices  = "choices"
	storeVersion  = 2
)

// storeWait bounds the opening, which some browsers leave unanswered.
const storeWait = 5 * time.Second

// Store is the open database.
type Store struct{ db js.Value }

// OpenStore opens the database, and makes it the first time.
func OpenStore() (*Store, error) {
	factory := js.Global().Get("indexedDB")
	if !factory.Truthy() {
		return nil, errors.New("this browser offers no storage")
	}
	request, err := attempt(func() js.Value { return factory.Call("open", storeDatabase, storeVersion) })
	if err != nil {
		return nil, fmt.Errorf("the browser refuses its storage (%w)", err)
	}
	upgrade := js.FuncOf(func(js.Value, []js.Value) any {
		db := request.Get("result")
		for _, name := range []string{StoreModels, StoreChoices} {
			if !db.Get("objectStoreNames").Call("contains", name).Bool() {
				db.Call("createObjectStore", name)
			}
		}
		return nil
	})
	defer upgrade.Release()
	request.Set("onupgradeneeded", upgrade)
	if err := settle(request, storeWait, []string{"success"}, []string{"error", "blocked"}); err != nil {
		return nil, fmt.Errorf("the browser refuses its storage (%w)", err)
	}
	return &Store{request.Get("result")}, nil
}

// Close closes the database.
func (s *Store) Close() { s.db.Call("close") }

// get returns the model that is stored under a hash, undefined if none is.
func (s *Store) get(hash string) (js.Value, error) { return s.Read(StoreModels, hash) }

// Read returns what one of the object stores has under a key.
func (s *Store) Read(name, key string) (js.Value, error) {
	var request js.Value
	err := s.Transact(name, "readonly", func(in js.Value) { request = in.Call("get", key) })
	if err != nil {
		return js.Value{}, err
	}
	return request.Get("result"), nil
}

// put stores a Uint8Array as a Blob, which may be larger than other values. Where
// there is no room it makes some by dropping the models stored before.
func (s *Store) put(hash string, array js.Value) error {
	blob := js.Global().Get("Blob").New([]any{array})
	put := func(models js.Value) { models.Call("put", blob, hash) }
	err := s.Transact(StoreModels, "readwrite", put)
	var failed *storeError
	if errors.As(err, &failed) && failed.name == "QuotaExceededError" {
		err = s.Transact(StoreModels, "readwrite", func(models js.Value) {
			models.Call("clear")
			put(models)
		})
	}
	return err
}

// drop forgets what is stored under a hash.
func (s *Store) drop(hash string) error {
	return s.Transact(StoreModels, "readwrite", func(models js.Value) { models.Call("delete", hash) })
}

// Transact runs f in a transaction on one object store and waits for its end.
func (s *Store) Transact(name, mode string, f func(in js.Value)) error {
	transaction, err := attempt(func() js.Value {
		t := s.db.Call("transaction", name, mode)
		f(t.Call("objectStore", name))
		return t
	})
	if err != nil {
		return err
	}
	return settle(transaction, 0, []string{"complete"}, []string{"error", "abort"})
}

// storeError is a DOMException.
type storeError struct{ name, message string }

func (e *storeError) Error() string {
	if e.message == "" {
		return e.name
	}
	return e.name + ": " + e.message
}

func newStoreError(v js.Value) *storeError {
	if !v.Truthy() {
		return &storeError{name: "unknown error"}
	}
	return &storeError{v.Get("name").String(), v.Get("message").String()}
}

// attempt returns what f does, with an exception as the error.
func attempt(f func() js.Value) (v js.Value, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case js.Error:
			err = newStoreError(r.Value)
		default:
			panic(r)
		}
	}()
	return f(), nil
}

// settle waits for the first of target's events: nil for a good one, target's
// error for a bad one. A wait of 0 has no end.
func settle(target js.Value, wait time.Duration, good, bad []string) error {
	events := make(chan error, 4) // some come in pairs, such as error and abort
	listen := func(names []string, outcome func(event js.Value) error) js.Func {
		handler := js.FuncOf(func(_ js.Value, args []js.Value) any {
			select {
			case events <- outcome(args[0]):
			default:
			}
			return nil
		})
		for _, name := range names {
			target.Set("on"+name, handler)
		}
		return handler
	}
	onGood := listen(good, func(js.Value) error { return nil })
	onBad := listen(bad, func(event js.Value) error {
		if v := target.Get("error"); v.Truthy() {
			return newStoreError(v)
		}
		// A request's own error bubbles up to its transaction.
		if v := event.Get("target").Get("error"); v.Truthy() {
			return newStoreError(v)
		}
		return &storeError{name: event.Get("type").String()}
	})
	defer func() {
		for _, name := range append(good, bad...) {
			target.Set("on"+name, js.Null())
		}
		onGood.Release()
		onBad.Release()
	}()
	var overdue <-chan time.Time
	if wait > 0 {
		overdue = time.After(wait)
	}
	select {
	case err := <-events:
		return err
	case <-overdue:
		return fmt.Errorf("no answer within %v", wait)
	}
}
