package words

import (
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		300 * time.Millisecond: "less than a second", 1200 * time.Millisecond: "about a second",
		12400 * time.Millisecond: "about 12 seconds", 47 * time.Second: "about 45 seconds",
		200 * time.Second: "about 3 minutes", 5 * time.Hour: "about 5 hours",
	} {
		if got := Duration(d); got != want {
			t.Errorf("Duration(%v) = %q, expected %q", d, got, want)
		}
	}
}

func TestBytes(t *testing.T) {
	for _, c := range []struct {
		done, total int64
		want        string
	}{{1_234_567, 2_400_000, "1.2 of 2.4 MB"}, {1_234_567, 0, "1.2 MB"}, {0, 0, ""}} {
		if got := Bytes(c.done, c.total); got != c.want {
			t.Errorf("Bytes(%d, %d) = %q, expected %q", c.done, c.total, got, c.want)
		}
	}
}
