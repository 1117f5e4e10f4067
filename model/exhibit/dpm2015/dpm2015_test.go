package dpm2015

import (
	"math"
	"testing"

	"unnoise/model/dpm"
	"unnoise/model/exhibit/exhibittest"
	"unnoise/model/plane"
)

func TestRollProbes(t *testing.T)      { exhibittest.Probe(t, Roll) }
func TestHeartbeatProbes(t *testing.T) { exhibittest.Probe(t, Heartbeat) }
func TestPicturesProbes(t *testing.T)  { exhibittest.Probe(t, Pictures) }

// The roll is rolled up again, K lies below what is possible and not far below, and the
// network fits its own noise best.
func TestTheRollComesBack(t *testing.T) {
	k := map[string]float64{}
	for _, speed := range []string{"0.5", "1", "2"} {
		frames := exhibittest.Run(t, Roll, map[string]string{"n": "300", "speed": speed})
		k[speed] = exhibittest.Readout(t, frames, "k")
		if speed != "1" {
			continue
		}
		start, end := frames[0].Readouts[3].Value, exhibittest.Readout(t, frames, "distance")
		t.Logf("the distance to the roll falls from %.3f to %.3f", start, end)
		if end > 0.12 || start < 0.2 {
			t.Errorf("the distance to the roll falls from %.3f to %.3f", start, end)
		}
		truth := exhibittest.Readout(t, frames, "truth")
		t.Logf("K %.3f of at most %.3f, gain %.3f", k[speed], truth, exhibittest.Readout(t, frames, "gain"))
		if k[speed] > truth+0.05 || k[speed] < truth-1.2 {
			t.Errorf("K is %.3f bits, at most %.3f are possible", k[speed], truth)
		}
	}
	if k["1"] <= k["0.5"] || k["1"] <= k["2"] {
		t.Errorf("K by speed of noise: %v; the network was trained at 1", k)
	}
}

// Minus the entropy of the roll: the closed form against the mean log density of points.
func TestMostBits(t *testing.T) {
	c := dpm.Config{Mean: []float64{0, 0}, Std: []float64{1, 1}}
	const n, fine = 400, 6000
	line := curve(c, fine)
	points, err := plane.Shape("swiss roll", 1, n)
	if err != nil {
		t.Fatal(err)
	}
	var mean float64
	for i := range n {
		var density float64
		for j := range fine {
			dx, dy := float64(points[2*i]-line[2*j]), float64(points[2*i+1]-line[2*j+1])
			density += math.Exp(-(dx*dx+dy*dy)/(2*rollNoise*rollNoise)) / (2 * math.Pi * rollNoise * rollNoise) / fine
		}
		mean += math.Log2(density) / n
	}
	if got := mostBits(c); math.Abs(got-mean) > 0.15 {
		t.Errorf("minus the entropy is %.3f bits, of %d points %.3f", got, n, mean)
	}
}

// Turned round on the way, the rows fall into step again.
func TestTheHeartbeatComesBack(t *testing.T) {
	frames := exhibittest.Run(t, Heartbeat, map[string]string{"rows": "20", "begin": "700", "draws": "2000"})
	perfect, k := exhibittest.Readout(t, frames, "perfect"), exhibittest.Readout(t, frames, "k")
	t.Logf("%.0f %% in step, K %.3f ± %.3f", perfect, k, exhibittest.Readout(t, frames, "error"))
	if perfect < 80 {
		t.Errorf("%.0f %% of the rows are in step, expected at least 80", perfect)
	}
	if k > math.Log2(0.2)+0.4 || k < -3 {
		t.Errorf("K is %.3f bits", k)
	}
}

func TestIsHeartbeat(t *testing.T) {
	row := make([]float32, 20)
	for i := 2; i < 20; i += 5 {
		row[i] = 1
	}
	if !isHeartbeat(row) {
		t.Error("a heartbeat is not seen as one")
	}
	row[7] = 0
	if isHeartbeat(row) {
		t.Error("a beat may be missing")
	}
}

func TestMoments(t *testing.T) {
	shown := moments(1999, 41)
	if len(shown) != 41 || shown[0] != 1999 || shown[40] != 0 {
		t.Errorf("shown are %v", shown)
	}
	for i := 1; i < len(shown); i++ {
		if shown[i] >= shown[i-1] {
			t.Errorf("moment %d does not come before %d", shown[i], shown[i-1])
		}
	}
}
