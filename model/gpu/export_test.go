//go:build js && wasm

package gpu

import "testing"

// LimitScores has attention go over its queries in passes of that many scores, for one
// test.
func LimitScores(t *testing.T, words int) {
	before := maxScoreWords
	maxScoreWords = words
	t.Cleanup(func() { maxScoreWords = before })
}
