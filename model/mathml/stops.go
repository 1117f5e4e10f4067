package mathml

import "strings"

const (
	tipStart = ` data-tip="`
	tabStop  = ` tabindex="0"`
)

// StopOnce leaves each symbol of markup in the order of the tab key only where it
// stands first. seen has the tips of symbols met before, as they are written in
// markup, and gets those of this markup.
func StopOnce(markup string, seen map[string]bool) string {
	var out strings.Builder
	for {
		before, after, found := strings.Cut(markup, tabStop+tipStart)
		out.WriteString(before)
		if !found {
			return out.String()
		}
		tip, _, _ := strings.Cut(after, `"`)
		if !seen[tip] {
			out.WriteString(tabStop)
		}
		seen[tip] = true
		out.WriteString(tipStart)
		markup = after
	}
}
