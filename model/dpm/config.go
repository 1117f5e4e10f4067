package dpm

import (
	"bytes"
	"encoding/json"
	"fmt"

	"unnoise/model/diffusion"
)

// ClassName is the _class_name of a config.json of this package's networks.
const ClassName = "DiffusionProbabilisticModel2015"

// Config is a network's config.json. Samples are Height × Width values.
type Config struct {
	Class     string `json:"_class_name"`
	Network   string `json:"network"` // "rbf", "mlp" or "pictures"
	Kernel    string `json:"kernel"`  // "gaussian" or "binomial"
	Timesteps int    `json:"timesteps"`
	Height    int    `json:"height"`
	Width     int    `json:"width"`

	// Of a Gaussian chain: learned variances, or none for those of Betas.
	FirstBeta float64   `json:"first_beta"`
	Betas     []float64 `json:"betas"`
	// Rest is a binomial chain's resting rate.
	Rest float64 `json:"rest"`
	// Mean and Std of the data, for all values or for each: x = (data − Mean)/Std.
	// Without them data are taken as they are.
	Mean []float64 `json:"mean"`
	Std  []float64 `json:"std"`

	Hidden        int    `json:"hidden"`         // units of a layer
	Layers        int    `json:"layers"`         // sigmoid layers, or layers of convolutions
	TemporalBasis int    `json:"temporal_basis"` // bumps over time; none where each step has its own readout
	BasisTime     string `json:"basis_time"`     // bumps evenly in "linear" t or in "logit" t

	// Of a network for pictures.
	Filters      int `json:"filters"`
	Scales       int `json:"scales"`
	DenseLayers  int `json:"dense_layers"`
	DenseOutputs int `json:"dense_outputs"` // for each pixel
	Upper        int `json:"upper"`         // units for each pixel
	UpperLayers  int `json:"upper_layers"`
}

// most bounds every size: the config may come from an untrusted file.
const most = 4096

// ParseConfig reads a config.json. The error names the key and its value.
func ParseConfig(text []byte) (Config, error) {
	c := Config{BasisTime: "linear"}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return c, fmt.Errorf("the config of a 2015 diffusion model: %w", err)
	}
	return c, c.check()
}

func (c Config) check() error {
	if c.Class != ClassName {
		return fmt.Errorf("the config's _class_name is %q, expected %q", c.Class, ClassName)
	}
	sizes := map[string]int{"height": c.Height, "width": c.Width, "hidden": c.Hidden}
	switch c.Network {
	case "rbf":
	case "mlp":
		sizes["layers"], sizes["temporal_basis"] = c.Layers, c.TemporalBasis
	case "pictures":
		sizes["layers"], sizes["temporal_basis"] = c.Layers, c.TemporalBasis
		sizes["filters"], sizes["scales"], sizes["dense_layers"] = c.Filters, c.Scales, c.DenseLayers
		sizes["dense_outputs"], sizes["upper"], sizes["upper_layers"] = c.DenseOutputs, c.Upper, c.UpperLayers
		if c.Scales > 8 || c.Scales > 0 && (c.Height%(1<<(c.Scales-1)) != 0 || c.Width%(1<<(c.Scales-1)) != 0) {
			return fmt.Errorf("pictures of %d×%d cannot be halved %d times", c.Height, c.Width, c.Scales-1)
		}
	default:
		return fmt.Errorf("the config's network is %q, expected rbf, mlp or pictures", c.Network)
	}
	for key, size := range sizes {
		if size < 1 || size > most {
			return fmt.Errorf("the config's %s is %d, expected 1 to %d", key, size, most)
		}
	}
	switch {
	case c.Kernel != "gaussian" && c.Kernel != "binomial":
		return fmt.Errorf("the config's kernel is %q, expected gaussian or binomial", c.Kernel)
	case (c.Kernel == "binomial") != (c.Network == "mlp"):
		return fmt.Errorf("the config's kernel is %s and its network %s; only mlp answers for bits", c.Kernel, c.Network)
	case c.Timesteps < 2 || c.Timesteps > 1<<16:
		return fmt.Errorf("the config's timesteps is %d, expected 2 to %d", c.Timesteps, 1<<16)
	case c.Betas != nil && len(c.Betas) != c.Timesteps:
		return fmt.Errorf("the config has %d betas for %d timesteps", len(c.Betas), c.Timesteps)
	case c.BasisTime != "linear" && c.BasisTime != "logit":
		return fmt.Errorf("the config's basis_time is %q, expected linear or logit", c.BasisTime)
	case c.Values() > 1<<16:
		return fmt.Errorf("samples of %d×%d have more than %d values", c.Height, c.Width, 1<<16)
	case c.Network != "rbf" && (c.TemporalBasis < 2 || c.TemporalBasis > 256):
		return fmt.Errorf("the config's temporal_basis is %d, expected 2 to 256", c.TemporalBasis)
	case len(c.Mean) != len(c.Std) || len(c.Mean) > 1 && len(c.Mean) != c.Values():
		return fmt.Errorf("the config has %d means and %d deviations for %d values", len(c.Mean), len(c.Std), c.Values())
	}
	for i, std := range c.Std {
		if !(std > 0) {
			return fmt.Errorf("the config's std %d is %g, expected more than 0", i, std)
		}
	}
	_, err := c.chain()
	return err
}

// chain makes the chain that Kernel names, for its errors.
func (c Config) chain() (any, error) {
	if c.Kernel == "binomial" {
		return c.Binomial()
	}
	return c.Gaussian(1)
}

// Values is the number of values of a sample.
func (c Config) Values() int { return c.Height * c.Width }

// Gaussian is the chain that the network was trained for, its noise coming factor times
// as fast.
func (c Config) Gaussian(factor float64) (Gaussian, error) {
	betas := c.Betas
	if betas == nil {
		var err error
		if betas, err = Betas(c.Timesteps, c.FirstBeta); err != nil {
			return Gaussian{}, err
		}
	}
	if _, err := diffusion.FromBetas(betas); err != nil {
		return Gaussian{}, err
	}
	if factor != 1 {
		betas = Faster(betas, factor)
	}
	return NewGaussian(betas)
}

// Binomial is the chain that the network was trained for.
func (c Config) Binomial() (Binomial, error) {
	betas, err := BinomialBetas(c.Timesteps)
	if err != nil {
		return Binomial{}, err
	}
	return NewBinomial(betas, c.Rest)
}

// Standardise turns data into what the chain diffuses, in place: N samples.
func (c Config) Standardise(data []float32) {
	for i := range data {
		mean, std := c.moments(i)
		data[i] = float32((float64(data[i]) - mean) / std)
	}
}

// Restore is Standardise turned round: dst receives data, given samples x of the chain.
func (c Config) Restore(dst, x []float32) {
	for i := range dst {
		mean, std := c.moments(i)
		dst[i] = float32(float64(x[i])*std + mean)
	}
}

func (c Config) moments(i int) (mean, std float64) {
	if len(c.Mean) == 0 {
		return 0, 1
	}
	i %= len(c.Mean)
	return c.Mean[i], c.Std[i]
}
