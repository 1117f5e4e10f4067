package document

import "testing"

func TestShortAuthors(t *testing.T) {
	for authors, want := range map[string]string{
		"Das": "Das", "Ho & Salimans": "Ho & Salimans", "Ho, Jain & Abbeel": "Ho et al.",
		"Nichol, Dhariwal, Ramesh et al.": "Nichol et al.", "Rombach et al.": "Rombach et al.", "CompVis and others": "CompVis et al.",
	} {
		if got := shortAuthors(authors); got != want {
			t.Errorf("%q becomes %q, want %q", authors, got, want)
		}
	}
}
