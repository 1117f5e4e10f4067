// Package all lists the exhibits.
package all

import (
	"unnoise/model/exhibit"
	"unnoise/model/exhibit/blogs"
	"unnoise/model/exhibit/compare"
	"unnoise/model/exhibit/ddpm"
	"unnoise/model/exhibit/dpm2015"
	"unnoise/model/exhibit/faces"
	"unnoise/model/exhibit/guidance"
	"unnoise/model/exhibit/iddpm"
	"unnoise/model/exhibit/laboratory"
	"unnoise/model/exhibit/ncsn"
	"unnoise/model/exhibit/ncsnv2"
	"unnoise/model/exhibit/scoreblog"
	"unnoise/model/exhibit/scoresde"
	"unnoise/model/exhibit/unified"
)

// Exhibits are all exhibits in historical order. The page of exhibits and the
// command line show this list.
func Exhibits() []*exhibit.Exhibit {
	return []*exhibit.Exhibit{
		dpm2015.Roll,
		dpm2015.Heartbeat,
		dpm2015.Pictures,
		ncsn.Toy,
		ncsn.Fashion,
		ncsn.Inpainting,
		ncsnv2.Techniques,
		ncsnv2.Chains,
		ncsnv2.Interpolation,
		ddpm.Film,
		ddpm.Variance,
		ddpm.Parametrisations,
		ddpm.Sharing,
		ddpm.Interpolation,
		ddpm.RateDistortion,
		ddpm.Likelihood,
		scoresde.Samplers,
		scoresde.Flow,
		scoresde.Latents,
		scoresde.Likelihood,
		scoresde.Class,
		scoresde.Inpainting,
		scoresde.Colour,
		iddpm.Schedules,
		iddpm.Variance,
		iddpm.Bound,
		iddpm.Respacing,
		scoreblog.Field,
		scoreblog.Pitfalls,
		scoreblog.Sheet,
		scoreblog.Pixel,
		scoreblog.Tutorial,
		blogs.Schedules,
		blogs.Chains,
		guidance.Mixture,
		guidance.Grid,
		faces.Compose,
		laboratory.Exact,
		laboratory.Training,
		blogs.Families,
		blogs.Annotated,
		unified.Views,
		compare.SideBySide,
	}
}

// Find returns the exhibit of an id, or nil.
func Find(id string) *exhibit.Exhibit {
	for _, e := range Exhibits() {
		if e.ID == id {
			return e
		}
	}
	return nil
}
