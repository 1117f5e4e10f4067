package words

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Bytes says how much of a download is there: "1.2 of 2.4 MB".
func Bytes(done, total int64) string {
	mb := func(n int64) string { return strconv.FormatFloat(float64(n)/1e6, 'f', 1, 64) }
	switch {
	case total > 0:
		return mb(done) + " of " + mb(total) + " MB"
	case done > 0:
		return mb(done) + " MB"
	}
	return ""
}

// Duration says roughly how long something takes: "less than a second",
// "about 12 seconds", "about 3 minutes".
func Duration(d time.Duration) string {
	s := d.Seconds()
	switch {
	case s < 1:
		return "less than a second"
	case s < 1.5:
		return "about a second"
	case s < 90:
		return fmt.Sprintf("about %.0f seconds", round(s))
	case s < 90*60:
		return fmt.Sprintf("about %.0f minutes", math.Round(s/60))
	}
	return fmt.Sprintf("about %.0f hours", math.Round(s/3600))
}

// round drops digits that an estimate cannot have.
func round(s float64) float64 {
	if s > 20 {
		return 5 * math.Round(s/5)
	}
	return math.Round(s)
}

// Count is "1 picture", "4 pictures".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// Seconds writes a measured time: "0.84 s", "12.3 s".
func Seconds(s float64) string {
	return strconv.FormatFloat(s, 'g', 3, 64) + " s"
}
