package run

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// Prefixes of StartPicture.Picture.
const (
	samplePrefix = "sample:"
	pngPrefix    = "png:"
)

// SamplePicture names the i-th picture shipped with a model.
func SamplePicture(i int) string { return samplePrefix + strconv.Itoa(i) }

// PNGPicture holds a PNG file within the Spec itself.
func PNGPicture(file []byte) string { return pngPrefix + base64.RawURLEncoding.EncodeToString(file) }

// Source says where the picture comes from: the index of a shipped one, or
// where png is not nil the bytes of a PNG file, which nobody has checked.
func (p StartPicture) Source() (index int, png []byte, err error) {
	if text, ok := strings.CutPrefix(p.Picture, pngPrefix); ok {
		png, err = base64.RawURLEncoding.DecodeString(text)
		if err != nil || len(png) == 0 {
			return 0, nil, fmt.Errorf("the PNG in it is damaged")
		}
		return 0, png, nil
	}
	text, ok := strings.CutPrefix(p.Picture, samplePrefix)
	index, err = strconv.Atoi(text)
	if !ok || err != nil || index < 0 {
		return 0, nil, fmt.Errorf("“%.40s” is neither %s and a number nor %s and a PNG file", p.Picture, samplePrefix, pngPrefix)
	}
	return index, nil, nil
}
