// Package letters turns characters into distributions in the plane (package plane). It is
// apart since it brings a font, which programs that draw no letters need not carry.
package letters
