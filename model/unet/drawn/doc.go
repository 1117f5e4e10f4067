// Package drawn makes networks with weights that are drawn, not trained: the golden
// networks and the benchmark's. Every tensor is drawn by its name, alike here and in
// Python (draw in tools/golden/unet.py), so nothing needs to be stored or downloaded.
package drawn
