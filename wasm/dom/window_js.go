package dom

import (
	"image/color"
	"strconv"
	"strings"
	"syscall/js"
	"time"
)

var window = js.Global()

// Colour reads one of the style sheet's colours, #rrggbb, such as --accent.
func Colour(name string) color.RGBA {
	style := window.Call("getComputedStyle", window.Get("document").Get("documentElement"))
	text := strings.TrimSpace(style.Call("getPropertyValue", name).String())
	n, err := strconv.ParseUint(strings.TrimPrefix(text, "#"), 16, 32)
	if err != nil {
		return color.RGBA{0x80, 0x80, 0x80, 0xff}
	}
	return color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 0xff}
}

// ReducedMotion reports whether the visitor asked for less movement.
func ReducedMotion() bool {
	return window.Call("matchMedia", "(prefers-reduced-motion: reduce)").Get("matches").Bool()
}

// Hash is the part of the address after "#".
func Hash() string { return strings.TrimPrefix(window.Get("location").Get("hash").String(), "#") }

// following is the hash that FollowHash is about to put in the address.
var following struct {
	hash  string
	timer *time.Timer // nil if there is none
}

// followAfter is how long the address waits for a slider to rest: browsers refuse
// more than a hundred changes in half a minute.
const followAfter = 300 * time.Millisecond

// FollowHash is ReplaceHash once nothing has followed for a moment.
func FollowHash(hash string) {
	ForgetFollowing()
	following.hash = hash
	following.timer = time.AfterFunc(followAfter, catchUp)
}

// catchUp puts what FollowHash was given last in the address now.
func catchUp() {
	if following.timer != nil {
		ForgetFollowing()
		setHash("replaceState", following.hash)
	}
}

// ForgetFollowing drops what FollowHash was about to do.
func ForgetFollowing() {
	if following.timer != nil {
		following.timer.Stop()
		following.timer = nil
	}
}

// PushHash puts a state in the address, as a new entry of the browser's history
// unless it is the one that is there.
func PushHash(hash string) {
	catchUp()
	setHash("pushState", hash)
}

// ReplaceHash puts a state in the address without a new entry.
func ReplaceHash(hash string) {
	ForgetFollowing()
	setHash("replaceState", hash)
}

func setHash(method, hash string) {
	if hash != Hash() {
		window.Get("history").Call(method, js.Null(), "", "#"+hash)
	}
}

// CopyLink puts the page's address in the clipboard and calls done, or failed
// where the browser does not allow it.
func CopyLink(done, failed func()) {
	catchUp()
	clipboard := window.Get("navigator").Get("clipboard")
	if !clipboard.Truthy() {
		failed()
		return
	}
	Then(clipboard.Call("writeText", window.Get("location").Get("href")),
		func(js.Value) { done() }, func(string) { failed() })
}

// Reload loads the page anew; its address brings the same pictures back.
func Reload() { window.Get("location").Call("reload") }
