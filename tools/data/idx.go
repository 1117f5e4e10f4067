package main

import (
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"os"
)

// maxIDXBytes bounds what an IDX file may claim to hold; Fashion-MNIST's largest
// has 47 MB.
const maxIDXBytes = 64 << 20

// idx is the content of an IDX file of unsigned bytes (LeCun's MNIST page).
type idx struct {
	shape  []int
	values []byte // row-major
}

// readIDX reads a gzipped IDX file of the given rank.
func readIDX(path string, rank int) (idx, error) {
	f, err := os.Open(path)
	if err != nil {
		return idx{}, fmt.Errorf("%w (Debian: apt-get install dataset-fashion-mnist)", err)
	}
	defer f.Close()
	r, err := gzip.NewReader(f)
	if err != nil {
		return idx{}, fmt.Errorf("%s: %w", path, err)
	}
	header := make([]byte, 4+4*rank)
	if _, err := io.ReadFull(r, header); err != nil {
		return idx{}, fmt.Errorf("%s: header: %w", path, err)
	}
	if header[0] != 0 || header[1] != 0 || header[2] != 0x08 || int(header[3]) != rank {
		return idx{}, fmt.Errorf("%s: header % x, expected unsigned bytes of rank %d", path, header[:4], rank)
	}
	out := idx{}
	size := uint64(1)
	for i := range rank {
		extent := binary.BigEndian.Uint32(header[4+4*i:])
		size *= uint64(extent)
		if size > maxIDXBytes {
			return idx{}, fmt.Errorf("%s: claims more than %d bytes", path, maxIDXBytes)
		}
		out.shape = append(out.shape, int(extent))
	}
	out.values = make([]byte, size)
	if _, err := io.ReadFull(r, out.values); err != nil {
		return idx{}, fmt.Errorf("%s: shape %v: %w", path, out.shape, err)
	}
	return out, nil
}
