// Package ncsn shows noise conditional score networks: Song & Ermon 2019
// (arXiv:1907.05600). In the plane, where every score is known, plain Langevin dynamics
// find two modes with wrong weights and annealed ones with the right ones (their §3.2 and
// Fig. 3, by their toy_runner.py); on pictures a trained network's chains and inpainting
// (their §5, by their anneal_runner.py).
package ncsn
