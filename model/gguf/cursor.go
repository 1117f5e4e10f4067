package gguf

import (
	"encoding/binary"
	"fmt"
)

// cursor walks through a file and never past its end.
type cursor struct {
	data []byte
	pos  int
}

// take returns the next n bytes, which what needs.
func (c *cursor) take(n uint64, what string) ([]byte, error) {
	if left := len(c.data) - c.pos; n > uint64(left) {
		return nil, fmt.Errorf("%s: needs %d bytes at byte %d, the file has %d more", what, n, c.pos, left)
	}
	b := c.data[c.pos : c.pos+int(n) : c.pos+int(n)]
	c.pos += int(n)
	return b, nil
}

func (c *cursor) uint32(what string) (uint32, error) {
	b, err := c.take(4, what)
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint32(b), nil
}

func (c *cursor) uint64(what string) (uint64, error) {
	b, err := c.take(8, what)
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint64(b), nil
}

// count reads a number of things of at least leastBytes each and refuses one that
// the rest of the file cannot hold, so that it is safe to allocate for.
func (c *cursor) count(leastBytes int, what string) (int, error) {
	n, err := c.uint64("the number of " + what)
	if err != nil {
		return 0, err
	}
	if left := len(c.data) - c.pos; n > uint64(left/leastBytes) {
		return 0, fmt.Errorf("%d %s announced, the %d bytes left hold at most %d", n, what, left, left/leastBytes)
	}
	return int(n), nil
}

// text reads a length and that many bytes.
func (c *cursor) text() (string, error) {
	n, err := c.uint64("a STRING's length")
	if err != nil {
		return "", err
	}
	b, err := c.take(n, "STRING")
	return string(b), err
}
