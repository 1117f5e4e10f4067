package gpu

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
)

// machine is a clock that only steps move. Its load makes every step longer.
type machine struct {
	at    time.Time
	load  func(at time.Duration) float64
	noise float64 // of the logarithm of a step's time, its deviation
	rand  *rand.Rand
	steps int
	fails error
}

func newMachine(seed uint64, noise float64) *machine {
	return &machine{
		at: time.Unix(0, 0), noise: noise, rand: rand.New(rand.NewPCG(seed, 0)),
		load: func(time.Duration) float64 { return 1 },
	}
}

func (m *machine) now() time.Time { return m.at }

// runner is a program on it.
type runner struct {
	*machine
	takes  time.Duration // on a quiet machine
	closed *int
	gives  float32
}

func (r runner) result() [][]float32 { return [][]float32{{1, r.gives}} }

func (r runner) step(context.Context) (time.Duration, error) {
	factor := r.load(r.at.Sub(time.Unix(0, 0))) * math.Exp(r.noise*r.rand.NormFloat64())
	took := time.Duration(float64(r.takes) * factor)
	r.at = r.at.Add(took)
	r.steps++
	return took, r.fails
}

func (r runner) Close() {
	if r.closed != nil {
		*r.closed++
	}
}

// wins counts how often of so many races, on machines with that noise, the challenger
// is found faster.
func wins(t *testing.T, races int, noise float64, usual, other time.Duration, load func(time.Duration) float64) (count int) {
	t.Helper()
	for seed := range races {
		m := newMachine(uint64(seed), noise)
		if load != nil {
			m.load = load
		}
		result, err := race(t.Context(), runner{machine: m, takes: usual}, runner{machine: m, takes: other}, m.now, m.at.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if result.faster {
			count++
		}
		if result.faster && result.other >= result.usual {
			t.Errorf("seed %d: found faster with %v against %v", seed, result.other, result.usual)
		}
	}
	return count
}

func TestRace(t *testing.T) {
	const races = 400
	ms := time.Millisecond
	falling := func(at time.Duration) float64 { return 1 / (1 + at.Seconds()/2) }
	bursts := func(at time.Duration) float64 { return 1 + float64(at/(700*ms)%2) }
	for _, c := range []struct {
		name         string
		noise        float64
		usual, other time.Duration
		load         func(time.Duration) float64
		least, most  int
	}{
		{"faster on a quiet machine", 0, 165 * ms, 150 * ms, nil, races, races},
		{"faster on a noisy machine", 0.05, 165 * ms, 130 * ms, nil, races * 95 / 100, races},
		{"slower on a noisy machine", 0.1, 165 * ms, 188 * ms, nil, 0, 1},
		{"slower on a very noisy machine", 0.3, 165 * ms, 188 * ms, nil, 0, races * 3 / 100},
		{"as fast on a noisy machine", 0.1, 165 * ms, 165 * ms, nil, 0, races * 8 / 100},
		{"faster by less than the margin", 0, 165 * ms, 163 * ms, nil, 0, 0},
		{"slower while the load falls", 0.01, 165 * ms, 170 * ms, falling, 0, 0},
		{"slower in bursts of load", 0.02, 165 * ms, 188 * ms, bursts, 0, 2},
	} {
		if got := wins(t, races, c.noise, c.usual, c.other, c.load); got < c.least || got > c.most {
			t.Errorf("%s: the challenger won %d races of %d, expected %d to %d", c.name, got, races, c.least, c.most)
		}
	}
}

// TestRaceRounds checks how long a race is: five rounds on a quiet machine, more where
// times overlap, two where the challenger is hopeless, none to a verdict without time.
func TestRaceRounds(t *testing.T) {
	for _, c := range []struct {
		name        string
		noise       float64
		other       time.Duration
		budget      time.Duration
		least, most int // rounds, with that which warms up
		faster      bool
	}{
		{"quiet", 0, 80, time.Hour, 6, 6, true},
		{"noisy", 0.4, 97, time.Hour, 7, 16, false},
		{"hopeless", 0, 200, time.Hour, 3, 3, false},
		{"no time", 0, 80, 0, 1, 1, false},
		{"little time", 0, 80, 700 * time.Millisecond, 3, 4, false},
	} {
		m := newMachine(4, c.noise)
		usual, other := runner{machine: m, takes: 100 * time.Millisecond}, runner{machine: m, takes: c.other * time.Millisecond}
		result, err := race(t.Context(), usual, other, m.now, m.at.Add(c.budget))
		if err != nil || result.faster != c.faster {
			t.Errorf("%s: %+v, %v", c.name, result, err)
		}
		if rounds := m.steps / 2; rounds < c.least || rounds > c.most {
			t.Errorf("%s: %d rounds, expected %d to %d", c.name, rounds, c.least, c.most)
		}
	}
	m := newMachine(1, 0)
	m.fails = errors.New("no device")
	if _, err := race(t.Context(), runner{machine: m, takes: 1}, runner{machine: m, takes: 1}, m.now, m.at.Add(time.Hour)); !errors.Is(err, m.fails) {
		t.Errorf("the error of a step is %v", err)
	}
}

// network is a step whose time its choices change.
func network(m *machine, factors map[string]float64, closed *int) func(context.Context, Choices) (entrant, error) {
	return func(_ context.Context, choices Choices) (entrant, error) {
		takes := 165.0
		for shape := range choices {
			takes *= factors[shape]
		}
		return runner{machine: m, takes: time.Duration(takes * float64(time.Millisecond)), closed: closed}, nil
	}
}

func TestKeepHelpful(t *testing.T) {
	all := Choices{"attention 1": Tile, "conv2d 1": Tile, "conv2d 2": Vec4, "product 1": "tall"}
	for _, c := range []struct {
		name    string
		factors map[string]float64
		want    Choices
	}{
		{"all", map[string]float64{"attention 1": .9, "conv2d 1": .9, "conv2d 2": .9, "product 1": 1}, all},
		{"none", map[string]float64{"attention 1": 1.1, "conv2d 1": 1.14, "conv2d 2": 1, "product 1": 1}, Choices{}},
		{"one kind", map[string]float64{"attention 1": 1.1, "conv2d 1": .9, "conv2d 2": .9, "product 1": 1.3}, Choices{"conv2d 1": Tile, "conv2d 2": Vec4}},
		{"two kinds", map[string]float64{"attention 1": .9, "conv2d 1": 1.5, "conv2d 2": 1, "product 1": .9}, Choices{"attention 1": Tile, "product 1": "tall"}},
		{"one of two that need each other's absence", map[string]float64{"attention 1": .9, "conv2d 1": 1.2, "conv2d 2": 1, "product 1": .99}, Choices{"attention 1": Tile}},
	} {
		m, closed := newMachine(1, 0), 0
		tuned := Tuned{Choices: Choices{}}
		x := trials{compile: network(m, c.factors, &closed), now: m.now, deadline: m.at.Add(time.Hour)}
		if err := tuned.keepHelpful(t.Context(), x, all); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(tuned.Choices, c.want) {
			t.Errorf("%s: kept %v, expected %v", c.name, tuned.Choices, c.want)
		}
		if tuned.Default != 165*time.Millisecond || (tuned.Tuned < tuned.Default) != (len(c.want) > 0) {
			t.Errorf("%s: %v by default, %v tuned", c.name, tuned.Default, tuned.Tuned)
		}
		if closed < 2 {
			t.Errorf("%s: %d programs closed", c.name, closed)
		}
	}
}

// TestWrongIsNeverKept has convolutions come to another result in the configuration that
// is faster, or to none: the defaults are kept for them, and the rest is taken.
func TestWrongIsNeverKept(t *testing.T) {
	faster := map[string]float64{"conv2d 1": .5, "product 1": .9}
	for _, gives := range []float32{2e-4, float32(math.NaN()), float32(math.Inf(1))} {
		m := newMachine(1, 0)
		right := network(m, faster, nil)
		x := trials{now: m.now, deadline: m.at.Add(time.Hour), within: agreeF32}
		x.compile = func(ctx context.Context, choices Choices) (entrant, error) {
			e, err := right(ctx, choices)
			made := e.(runner)
			if choices["conv2d 1"] != "" {
				made.gives = gives
			}
			return made, err
		}
		tuned := Tuned{Choices: Choices{}}
		if err := tuned.keepHelpful(t.Context(), x, Choices{"conv2d 1": Tile, "product 1": "tall"}); err != nil {
			t.Fatal(err)
		}
		if want := (Choices{"product 1": "tall"}); !reflect.DeepEqual(tuned.Choices, want) || !tuned.Wrong {
			t.Errorf("with a value of %g for 0: kept %v, expected %v; wrong: %t", gives, tuned.Choices, want, tuned.Wrong)
		}
	}
	if !agree([][]float32{{1, 5e-5}}, [][]float32{{1, 0}}, agreeF32) || !agree(nil, nil, agreeF32) {
		t.Error("what differs by rounding does not agree")
	}
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	if !agree([][]float32{{1, nan}}, [][]float32{{1, inf}}, agreeF32) || agree([][]float32{{1, 0}}, [][]float32{{1, inf}}, agreeF32) {
		t.Error("what is not finite agrees with something that is, or not with itself")
	}
}

// TestSlowerIsNeverKept tunes on machines whose noise is as large as what there is to
// find: choices that make a step slower are not kept, whatever the kinds they are of.
func TestSlowerIsNeverKept(t *testing.T) {
	slower := map[string]float64{"attention 1": 1.03, "conv2d 1": 1.06, "conv2d 2": 1.02, "product 1": 1.03}
	kept := 0
	const machines = 300
	for seed := range machines {
		m := newMachine(uint64(seed), 0.08)
		tuned := Tuned{Choices: Choices{}}
		x := trials{compile: network(m, slower, nil), now: m.now, deadline: m.at.Add(time.Hour)}
		if err := tuned.keepHelpful(t.Context(), x, Choices{"attention 1": Tile, "conv2d 1": Tile, "conv2d 2": Vec4, "product 1": "tall"}); err != nil {
			t.Fatal(err)
		}
		if len(tuned.Choices) > 0 {
			kept++
		}
	}
	if kept > machines*4/100 {
		t.Errorf("slower choices were kept on %d machines of %d", kept, machines)
	}
}
