package run

import (
	"fmt"
	"math"
	"strings"

	"unnoise/model/diffusion"
	"unnoise/model/sde"
)

// Schedulers of networks that learned scores: Scheduler.ClassName.
const (
	// ScoreSdeVe, ScoreSdeVp and ScoreSdeSubVp are the SDEs of arXiv:2011.13456.
	ScoreSdeVe    = "ScoreSdeVeScheduler"
	ScoreSdeVp    = "ScoreSdeVpScheduler"
	ScoreSdeSubVp = "ScoreSdeSubVpScheduler"
	// ScoreTutorial is σ^t of the tutorial on score-based models.
	ScoreTutorial = "ScoreTutorialScheduler"
	// AnnealedLangevin is NCSN's and NCSNv2's, of noise levels and no SDE: package langevin
	// reads what it says.
	AnnealedLangevin = "AnnealedLangevinScheduler"
)

// Continuous is the part of a scheduler that only those of scores have.
type Continuous struct {
	SigmaMin float64 `json:"sigma_min,omitempty"` // of ScoreSdeVe; 0 is .01
	SigmaMax float64 `json:"sigma_max,omitempty"` // 0 is 50
	BetaMin  float64 `json:"beta_min,omitempty"`  // of ScoreSdeVp and ScoreSdeSubVp; 0 is .1
	BetaMax  float64 `json:"beta_max,omitempty"`  // 0 is 20
	Sigma    float64 `json:"sigma,omitempty"`     // of ScoreTutorial; 0 is 25
	// Label is what a network of ScoreSdeVe is told of the time: one of Labels; "" is
	// LabelSigma.
	Label string `json:"label,omitempty"`
	// ScaleInput: a network of ScoreSdeVe reads x/√(1 + σ²), whose values stay near 1 however
	// large the noise, in place of x.
	ScaleInput bool `json:"scale_input,omitempty"`
	// DataRange is the lowest and the highest value of the data: [0, 1] where ScoreTutorial
	// and AnnealedLangevin do not say it, [−1, 1] elsewhere.
	DataRange []float64 `json:"data_range,omitempty"`
}

// What a network of ScoreSdeVe can be told, as Continuous.Label names it.
const (
	LabelSigma    = "sigma"     // σ(t), as the code tells NCSN++, which takes the logarithm
	LabelLogSigma = "log_sigma" // ln σ(t)
	Label999T     = "999t"      // 999·t
)

// Labels lists them.
var Labels = []string{LabelSigma, LabelLogSigma, Label999T}

// IsContinuous says whether the scheduler is one of scores, which no Plan can sample.
func (s Scheduler) IsContinuous() bool {
	switch s.ClassName {
	case ScoreSdeVe, ScoreSdeVp, ScoreSdeSubVp, ScoreTutorial, AnnealedLangevin:
		return true
	}
	return false
}

// drawnBy names samplers of the command line that fit a continuous scheduler.
func (s Scheduler) drawnBy() string {
	if s.ClassName == AnnealedLangevin {
		return "annealed-langevin"
	}
	return "pc, reverse-diffusion, euler-maruyama or rk45"
}

// Range is the lowest and the highest value of the data.
func (s Scheduler) Range() (lowest, highest float64, err error) {
	switch {
	case len(s.DataRange) == 2 && s.DataRange[0] < s.DataRange[1]:
		return s.DataRange[0], s.DataRange[1], nil
	case s.DataRange != nil:
		return 0, 0, fmt.Errorf("the model's data_range is %v; it must be its data's lowest value and the highest", s.DataRange)
	case s.ClassName == ScoreTutorial || s.ClassName == AnnealedLangevin:
		return 0, 1, nil
	}
	return -1, 1, nil
}

// Score makes a network, guided or not, the score of its SDE. A network of DDPM with
// linear β is one of the VP SDE, which it tends to, with β(0) = T·β_1 and β(1) = T·β_T: it
// is told the timestep, between two where need be, whose noise is that of the SDE. The
// error says why a model has no SDE.
func (info Info) Score(net diffusion.Predictor) (*sde.Network, sde.SDE, error) {
	s, err := info.Scheduler.SDE()
	if err != nil {
		return nil, nil, fmt.Errorf("the model's scheduler: %w", err)
	}
	reading, err := info.Scheduler.reading(s)
	if err != nil {
		return nil, nil, fmt.Errorf("the model's scheduler: %w", err)
	}
	return &sde.Network{Net: net, Reading: reading}, s, nil
}

// SDE is the one that the network learned the score of.
func (s Scheduler) SDE() (sde.SDE, error) {
	or := func(v, standard float64) float64 {
		if v == 0 {
			return standard
		}
		return v
	}
	switch s.ClassName {
	case ScoreSdeVe:
		return checked(sde.NewVE(or(s.SigmaMin, .01), or(s.SigmaMax, 50)))
	case ScoreSdeVp:
		return checked(sde.NewVP(or(s.BetaMin, .1), or(s.BetaMax, 20)))
	case ScoreSdeSubVp:
		return checked(sde.NewSubVP(or(s.BetaMin, .1), or(s.BetaMax, 20)))
	case ScoreTutorial:
		return checked(sde.NewTutorial(or(s.Sigma, 25)))
	case AnnealedLangevin:
		return nil, fmt.Errorf("%s has noise levels and no SDE; draw from it with %s", s.ClassName, s.drawnBy())
	}
	if s.BetaSchedule != "" && s.BetaSchedule != "linear" || len(s.TrainedBetas) > 0 || s.RescaleToZeroSNR {
		return nil, fmt.Errorf("only a linear beta_schedule tends to an SDE known here, not %q", s.BetaSchedule)
	}
	if s.PredictionType != "" && s.PredictionType != "epsilon" {
		return nil, fmt.Errorf("the score of a network is known here where it predicts epsilon, not %q", s.PredictionType)
	}
	start, end := s.betas()
	T := float64(s.T())
	return checked(sde.NewVP(start*T, end*T))
}

// checked is an SDE, or nil and an error.
func checked[S sde.SDE](s S, err error) (sde.SDE, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

// reading is how the network is asked about times of its SDE.
func (s Scheduler) reading(of sde.SDE) (sde.Reading, error) {
	std := func(t float64) float64 {
		_, std := of.Marginal(t)
		return std
	}
	reading := sde.EpsReading(of)
	switch s.ClassName {
	case ScoreSdeVp, ScoreSdeSubVp:
		return reading, nil
	case ScoreTutorial:
		return sde.StdReading(of, func(t float64) float64 { return t }), nil
	case ScoreSdeVe:
		label := map[string]func(t float64) float64{
			"": std, LabelSigma: std, Label999T: reading.Label,
			LabelLogSigma: func(t float64) float64 { return math.Log(std(t)) },
		}[s.Label]
		if label != nil {
			reading = sde.StdReading(of, label)
			if s.ScaleInput {
				reading.Input = func(t float64) float64 { return 1 / math.Hypot(1, std(t)) }
			}
			return reading, nil
		}
		return reading, fmt.Errorf("label %q is not one of %s", s.Label, strings.Join(Labels, ", "))
	}
	schedule, err := s.Schedule()
	if err != nil {
		return reading, err
	}
	reading.Label = func(t float64) float64 {
		scale, std := of.Marginal(t)
		return schedule.AtSigma(std / scale).Time
	}
	return reading, nil
}
