package run

import (
	"bytes"
	"encoding/json"

	"unnoise/model/diffusion"
)

// Samplers, as Spec.Sampler names them.
const (
	DDPM           = "ddpm"
	DDIM           = "ddim"
	Euler          = "euler"
	EulerAncestral = "euler_ancestral"
	Heun           = "heun"
	DPMSolverPP2M  = "dpmpp_2m"
)

// Samplers lists them, in the order of their papers.
var Samplers = []string{DDPM, DDIM, Euler, EulerAncestral, Heun, DPMSolverPP2M}

// Spacings of the noise levels that a run visits, as Spec.Spacing names them.
const (
	Uniform = "uniform" // whole timesteps, evenly spread
	Karras  = "karras"  // σ^(1/7) evenly spread: Karras et al. 2022, eq. 5
)

// Variances of DDPM, as Spec.Variance names them.
const (
	FixedSmall   = "fixed_small"
	FixedLarge   = "fixed_large"
	LearnedRange = "learned_range" // of networks that learn it
)

// Spec says which pictures are made, and how. The same Spec gives the same
// pictures everywhere.
type Spec struct {
	Model string `json:"model"` // id in web/models/index.json
	Class int    `json:"class"` // a class of the model, or diffusion.NoClass
	// Attributes the network is told, as Info.ParseAttributes reads them: "hair=bob;hat=none".
	Attributes string  `json:"attributes,omitempty"`
	Sampler    string  `json:"sampler"`  // one of Samplers
	Variance   string  `json:"variance"` // FixedSmall, FixedLarge or LearnedRange; DDPM only
	Steps      int     `json:"steps"`
	Eta        float64 `json:"eta"`      // η; DDIM only
	Spacing    string  `json:"spacing"`  // Uniform or Karras; not DDPM and DDIM
	Guidance   float64 `json:"guidance"` // s; 1 is none
	Seed       uint64  `json:"seed"`
	N          int     `json:"n"` // pictures
	// Start is nil for a run from pure noise.
	Start *StartPicture `json:"start,omitempty"`
}

// Spaced says whether the sampler reads Spacing: those of the ODE in σ do.
func (s Spec) Spaced() bool { return s.Sampler != DDPM && s.Sampler != DDIM }

// StartPicture is a picture noised to a timestep, from which the run starts.
type StartPicture struct {
	T int `json:"t"` // trained timestep of the first step
	// Picture is "sample:<i>", the i-th picture shipped with the model, or
	// "png:<base64url>", a picture of the visitor's own.
	Picture string `json:"picture"`
}

// Default is the Spec that stands where nothing was chosen.
func Default() Spec {
	return Spec{
		Model:    "fashion",
		Class:    diffusion.NoClass,
		Sampler:  DDIM,
		Variance: FixedSmall,
		Steps:    50,
		Spacing:  Uniform,
		Guidance: 2,
		N:        1,
	}
}

// UnmarshalJSON fills in the default of every absent field and refuses unknown
// ones.
func (s *Spec) UnmarshalJSON(data []byte) error {
	type plain Spec // without this method
	spec := plain(Default())
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&spec); err != nil {
		return err
	}
	*s = Spec(spec)
	return nil
}
