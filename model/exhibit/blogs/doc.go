// Package blogs shows the standard figures of the articles that explain diffusion
// models, as things that run: noise schedules with the forward strip and a reverse
// chain (Weng 2021; Karagiannakos & Adaloglou 2022), The Annotated Diffusion Model
// (Rogge & Rasul 2022), forward and reverse paths of one number (Das 2021), and how
// diffusion stands beside the other families of generative models (Weng 2021;
// O'Connor 2022). What the articles print wrongly is computed rightly here, and said.
package blogs
