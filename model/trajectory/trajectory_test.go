package trajectory

import (
	"image"
	"math"
	"slices"
	"sync"
	"testing"

	"unnoise/model/diffusion"
	"unnoise/model/rng"
)

// updates are those of a DDPM run of so many steps.
func updates(t *testing.T, steps int) []diffusion.Update {
	t.Helper()
	s, err := diffusion.Cosine(steps)
	if err != nil {
		t.Fatal(err)
	}
	return diffusion.DDPMUpdates(s, diffusion.Parametrisation{Clip: true}, diffusion.FixedSmall)
}

// step makes step i with random values.
func step(us []diffusion.Update, i, elems int) diffusion.Step {
	s := diffusion.Step{I: i, Update: diffusion.Final(), Xt: make([]float32, elems)}
	rng.New(uint64(i)).Normal(s.Xt)
	if i < len(us) {
		s.Update = us[i]
		s.Pred = make([]float32, elems)
		rng.New(uint64(1000 + i)).Normal(s.Pred)
	}
	return s
}

// record appends steps 0 … upTo−1, from a buffer that is overwritten as Run's is.
func record(t *testing.T, tr *Trajectory, us []diffusion.Update, upTo int) {
	t.Helper()
	elems := tr.Layout().Elems()
	xt, pred := make([]float32, elems), make([]float32, elems)
	for i := range upTo {
		s := step(us, i, elems)
		copy(xt, s.Xt)
		s.Xt = xt
		if s.Pred != nil {
			copy(pred, s.Pred)
			s.Pred = pred
		}
		if err := tr.Append(s); err != nil {
			t.Fatal(err)
		}
	}
}

var small = Layout{N: 2, C: 3, H: 4, W: 5}

func TestEveryStepComesBackExactly(t *testing.T) {
	us := updates(t, 9)
	tr := New(small, us, DefaultCapBytes)
	if tr.Storage() != Float32 || tr.Total() != 10 || tr.Len() != 0 {
		t.Fatalf("storage %v, %d of %d", tr.Storage(), tr.Len(), tr.Total())
	}
	if _, ok := tr.At(0); ok {
		t.Error("a step before any was recorded")
	}
	if _, ok := tr.Last(); ok {
		t.Error("a last step before any was recorded")
	}
	record(t, tr, us, 10)
	for i := range 10 {
		want := step(us, i, small.Elems())
		got, ok := tr.At(i)
		if !ok || got.I != i || got.Update != want.Update || !slices.Equal(got.Xt, want.Xt) || !slices.Equal(got.Pred, want.Pred) {
			t.Errorf("step %d is not what was recorded", i)
		}
	}
	if last, _ := tr.At(9); last.Pred != nil {
		t.Error("x_0 has an answer of the network")
	}
	for _, i := range []int{-1, 10} {
		if _, ok := tr.At(i); ok {
			t.Error("there is a step", i)
		}
	}
}

func TestDerivedPictures(t *testing.T) {
	us := updates(t, 9)
	tr := New(small, us, DefaultCapBytes)
	record(t, tr, us, 10)
	s, _ := tr.At(4)
	x0, eps := make([]float32, small.Elems()), make([]float32, small.Elems())
	s.X0Hat(x0)
	s.Eps(eps)
	signal, noise := math.Sqrt(us[4].AlphaBar), math.Sqrt(1-us[4].AlphaBar)
	for i := range x0 {
		want := max(-1, min(1, (float64(s.Xt[i])-noise*float64(s.Pred[i]))/signal))
		if math.Abs(float64(x0[i])-want) > 1e-6 || eps[i] != s.Pred[i] {
			t.Fatalf("value %d: x̂_0 %v (%v), ε̂ %v (%v)", i, x0[i], want, eps[i], s.Pred[i])
		}
	}
}

func TestBeyondTheCapHalfPrecision(t *testing.T) {
	us := updates(t, 9)
	full := int64(10 * small.Elems() * 8)
	if got := New(small, us, full).Storage(); got != Float32 {
		t.Error("at the cap:", got)
	}
	tr := New(small, us, full-1)
	if tr.Storage() != Float16 {
		t.Fatal("beyond the cap:", tr.Storage())
	}
	record(t, tr, us, 7)
	for i := range 7 {
		want := step(us, i, small.Elems())
		got, ok := tr.At(i)
		if !ok || got.I != i || got.Update != want.Update {
			t.Fatal("step", i)
		}
		for k := range want.Xt {
			// binary16 has 11 significant bits.
			if d := math.Abs(float64(got.Xt[k] - want.Xt[k])); d > math.Abs(float64(want.Xt[k]))/2048+1e-7 {
				t.Fatalf("step %d, value %d: %v, recorded %v", i, k, got.Xt[k], want.Xt[k])
			}
		}
	}
	if last, ok := tr.Last(); !ok || !slices.Equal(last.Xt, step(us, 6, small.Elems()).Xt) {
		t.Error("the last step is not exact: a run resumed from it would go another way")
	}
}

func TestFarBeyondTheCapKeyframes(t *testing.T) {
	us := updates(t, 9)
	room := int64(3 * small.Elems() * 8) // three steps of ten
	tr := New(small, us, room)
	if tr.Storage() != Keyframes {
		t.Fatal(tr.Storage())
	}
	record(t, tr, us, 9)
	for i, want := range []int{0, 0, 0, 0, 4, 4, 4, 4, 8} {
		got, ok := tr.At(i)
		if !ok || got.I != want || got.Update != us[want] || !slices.Equal(got.Xt, step(us, want, small.Elems()).Xt) {
			t.Errorf("step %d: got %d, expected exactly %d", i, got.I, want)
		}
	}
	if len(tr.frames) > 3 {
		t.Errorf("%d steps kept, there is room for 3", len(tr.frames))
	}
	// Whatever the cap, there is a first and a last step.
	for _, room := range []int64{0, 1, room / 3} {
		tr := New(small, us, room)
		record(t, tr, us, 10)
		first, _ := tr.At(5)
		last, ok := tr.At(9)
		if first.I != 0 || last.I != 9 || !ok || len(tr.frames) != 1 {
			t.Errorf("room for %d bytes: steps %d and %d of %d kept", room, first.I, last.I, len(tr.frames))
		}
	}
}

func TestAppendInOrderOnly(t *testing.T) {
	us := updates(t, 3)
	tr := New(small, us, DefaultCapBytes)
	record(t, tr, us, 2)
	again := step(us, 1, small.Elems())
	again.Xt[0] = 99
	if err := tr.Append(again); err != nil || tr.Len() != 2 {
		t.Errorf("a step repeated: %v, %d steps", err, tr.Len())
	}
	if got, _ := tr.At(1); got.Xt[0] == 99 {
		t.Error("a recorded step was overwritten")
	}
	short := step(us, 2, small.Elems())
	short.Pred = short.Pred[1:]
	beyond := step(us, 4, small.Elems())
	for what, s := range map[string]diffusion.Step{
		"a gap":           step(us, 3, small.Elems()),
		"a step too many": beyond,
		"too few values":  step(us, 2, small.Elems()-1),
		"a short answer":  short,
	} {
		if err := tr.Append(s); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

// The race detector finds what this does not see by itself.
func TestRecordingWhileScrubbing(t *testing.T) {
	us := updates(t, 200)
	for _, room := range []int64{DefaultCapBytes, 120 * int64(small.Elems()) * 8, 50 * int64(small.Elems()) * 8} {
		tr := New(small, us, room)
		var readers sync.WaitGroup
		for r := range 3 {
			readers.Go(func() {
				for i := r; tr.Len() < tr.Total(); i = (i + 7) % tr.Total() {
					if s, ok := tr.At(i); ok && (s.I > i || s.Xt[0] != s.Xt[0]) {
						t.Errorf("step %d: got %d", i, s.I)
					}
					tr.Last()
				}
			})
		}
		record(t, tr, us, 201)
		readers.Wait()
	}
}

func TestByte(t *testing.T) {
	for x, want := range map[float32]uint8{
		-1: 0, 1: 255, 0: 128, -2: 0, 7: 255, // 127.5 goes to the even side
		float32(math.Inf(1)): 255, float32(math.Inf(-1)): 0, float32(math.NaN()): 0,
		float32(1.49/127.5 - 1): 1, float32(1.51/127.5 - 1): 2,
	} {
		if got := Byte(x); got != want {
			t.Errorf("Byte(%v) = %d, expected %d", x, got, want)
		}
	}
	for b := range 256 {
		if got := Byte(Value(uint8(b))); int(got) != b {
			t.Errorf("byte %d comes back as %d", b, got)
		}
	}
}

func TestGrid(t *testing.T) {
	l := Layout{N: 5, C: 3, H: 2, W: 3}
	xs := make([]float32, l.Elems())
	for i := range xs {
		xs[i] = Value(uint8(i))
	}
	img := Grid(xs, l, Columns(l.N))
	if img.Bounds() != image.Rect(0, 0, 9, 4) {
		t.Fatal("size", img.Bounds())
	}
	for k := range l.N {
		for y := range l.H {
			for x := range l.W {
				at := k*l.Picture() + y*l.W + x
				plane := l.H * l.W
				got := img.NRGBAAt(k%3*l.W+x, k/3*l.H+y)
				if int(got.R) != at || int(got.G) != at+plane || int(got.B) != at+2*plane || got.A != 255 {
					t.Fatalf("picture %d at %d,%d is %v", k, x, y, got)
				}
			}
		}
	}
	if img.NRGBAAt(8, 3).A != 0 {
		t.Error("the empty place of the grid is not transparent")
	}
	grey := Picture([]float32{-1, 1}, 1, 1, 2)
	if a, b := grey.NRGBAAt(0, 0), grey.NRGBAAt(1, 0); a.R != 0 || a.B != 0 || b.G != 255 || b.B != 255 {
		t.Error("grey", a, b)
	}
	for n, want := range map[int]int{1: 1, 2: 2, 4: 2, 5: 3, 16: 4, 100: 10} {
		if got := Columns(n); got != want {
			t.Errorf("%d pictures in %d columns, expected %d", n, got, want)
		}
	}
}

func TestValues(t *testing.T) {
	l := Layout{N: 1, C: 3, H: 2, W: 3}
	x := make([]float32, l.Elems())
	for i := range x {
		x[i] = Value(uint8(13 * i))
	}
	for _, channels := range []int{1, 3} {
		n := channels * l.H * l.W
		got, err := Values(Picture(x[:n], channels, l.H, l.W), channels)
		if err != nil || !slices.Equal(got, x[:n]) {
			t.Errorf("%d channels: %v (%v), expected %v", channels, got, err, x[:n])
		}
	}
	part := Grid(x, l, 1).SubImage(image.Rect(1, 1, 3, 2))
	if got, err := Values(part, 3); err != nil || len(got) != 6 || got[0] != x[4] || got[1] != x[5] {
		t.Error("a part of an image:", got, err)
	}
	if got, err := Values(image.NewNRGBA(image.Rect(0, 0, 1, 1)), 1); err != nil || got[0] != -1 {
		t.Error("transparent:", got, err)
	}
	if _, err := Values(part, 4); err == nil {
		t.Error("four channels, no error")
	}
}

// Where the sampler reads x̂_0 of the step before, a step from which the run can go
// on has it, also when its maker did not say it.
func TestStepBeforeIsKept(t *testing.T) {
	s, err := diffusion.Cosine(20)
	if err != nil {
		t.Fatal(err)
	}
	us := diffusion.DPMSolverPP2MUpdates(s.Levels(), diffusion.Parametrisation{Clip: true})
	want := make([]float32, small.Elems())
	for _, capBytes := range []int64{DefaultCapBytes, int64(small.Elems()) * 12 * 5} {
		tr := New(small, us, capBytes)
		record(t, tr, us, 9)
		last, _ := tr.Last()
		step(us, 7, small.Elems()).X0Hat(want)
		if last.I != 8 || !slices.Equal(last.Before, want) {
			t.Errorf("storage %v: the last step has not x̂_0 of the step before", tr.Storage())
		}
		if tr.Storage() != Keyframes {
			continue
		}
		kept, _ := tr.At(7)
		if kept.I == 0 || kept.I == 8 {
			t.Fatalf("step %d is no keyframe between", kept.I)
		}
		step(us, kept.I-1, small.Elems()).X0Hat(want)
		if !slices.Equal(kept.Before, want) {
			t.Errorf("keyframe %d has not x̂_0 of the step before", kept.I)
		}
	}
}
