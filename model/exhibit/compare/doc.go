// Package compare runs two to four set-ups side by side from the same noise, and says
// how far apart they are.
package compare
