package visit

import "unnoise/model/exhibit"

// Last are the numbers that stand at the end of what was recorded, as the command line
// prints them.
func (v *Visit) Last() []exhibit.Readout {
	if v.film == nil {
		return nil
	}
	var frames []exhibit.Frame
	for _, f := range v.film.kept {
		if f != nil {
			frames = append(frames, *f)
		}
	}
	return exhibit.Last(frames)
}
