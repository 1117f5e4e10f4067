package show

import "unnoise/wasm/message"

// The messages from the page to the guide.

// Open is the first message of the page: it asks the guide to pick a tier. The
// answer is Ready.
type Open struct {
	// TierCPU to go without WebGPU, TierAny to use it where possible and worth it,
	// TierWebGPU to use it where possible for tiny networks too.
	Tier message.Tier
}

// Run asks for the frames of an exhibit in a state. A run that is going on is
// cancelled first.
type Run struct {
	RunID   int    // the page's choice; the answers carry it
	Exhibit string // its id
	// Values are those of its controls; what is missing has its default.
	Values map[string]string
}

// Cancel ends a run. The answer is Cancelled; none comes if the run was over.
type Cancel struct{ RunID int }

// Order is for the exhibit that is running: see exhibit.Order. There is no answer.
type Order struct {
	RunID          int
	Control, Value string
}

// LoseDevice destroys the GPU device as a driver reset would, so that the recovery
// can be tried: Again follows. The CPU tier ignores it.
type LoseDevice struct{}

func (*Open) Kind() string       { return "open" }
func (*Run) Kind() string        { return "run" }
func (*Cancel) Kind() string     { return "cancel" }
func (*Order) Kind() string      { return "order" }
func (*LoseDevice) Kind() string { return "lose-device" }
