// Package unified shows that the picture, the noise, the velocity and the score are
// one answer written four ways: Luo 2022 (arXiv:2208.11970), and Salimans & Ho 2022
// (arXiv:2202.00512) for the velocity. Whatever a network was trained to say, the
// others follow from it and x_t; what differs is how much an error counts at each
// noise level.
package unified
