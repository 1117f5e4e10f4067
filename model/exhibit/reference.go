package exhibit

import "fmt"

// Work is a paper, a blog or a program that the project shows.
type Work struct {
	Number  int    `json:"number"`
	Authors string `json:"authors"`
	Title   string `json:"title"`
	Year    int    `json:"year"`
	Link    string `json:"link"`
}

// References are the 28 works, by number. Their order is not that of time.
var References = []Work{
	{1, "Sohl-Dickstein, Weiss, Maheswaranathan & Ganguli", "Deep Unsupervised Learning using Nonequilibrium Thermodynamics", 2015, "https://arxiv.org/abs/1503.03585"},
	{2, "Ho, Jain & Abbeel", "Denoising Diffusion Probabilistic Models", 2020, "https://arxiv.org/abs/2006.11239"},
	{3, "Nichol & Dhariwal", "Improved Denoising Diffusion Probabilistic Models", 2021, "https://arxiv.org/abs/2102.09672"},
	{4, "Dhariwal & Nichol", "Diffusion Models Beat GANs on Image Synthesis", 2021, "https://arxiv.org/abs/2105.05233"},
	{5, "Nichol, Dhariwal, Ramesh et al.", "GLIDE: Towards Photorealistic Image Generation and Editing with Text-Guided Diffusion Models", 2021, "https://arxiv.org/abs/2112.10741"},
	{6, "Ho & Salimans", "Classifier-Free Diffusion Guidance", 2021, "https://arxiv.org/abs/2207.12598"},
	{7, "Ramesh, Dhariwal, Nichol, Chu & Chen", "Hierarchical Text-Conditional Image Generation with CLIP Latents", 2022, "https://arxiv.org/abs/2204.06125"},
	{8, "Saharia, Chan, Saxena et al.", "Photorealistic Text-to-Image Diffusion Models with Deep Language Understanding", 2022, "https://arxiv.org/abs/2205.11487"},
	{9, "Rombach, Blattmann, Lorenz, Esser & Ommer", "High-Resolution Image Synthesis with Latent Diffusion Models", 2022, "https://arxiv.org/abs/2112.10752"},
	{10, "Ho, Saharia, Chan, Fleet, Norouzi & Salimans", "Cascaded Diffusion Models for High Fidelity Image Generation", 2021, "https://arxiv.org/abs/2106.15282"},
	{11, "Weng", "What are Diffusion Models?", 2021, "https://lilianweng.github.io/posts/2021-07-11-diffusion-models/"},
	{12, "O’Connor", "Introduction to Diffusion Models for Machine Learning", 2022, "https://www.assemblyai.com/blog/diffusion-models-for-machine-learning-introduction/"},
	{13, "Rogge & Rasul", "The Annotated Diffusion Model", 2022, "https://huggingface.co/blog/annotated-diffusion"},
	{14, "Das", "An introduction to Diffusion Probabilistic Models", 2021, "https://ayandas.me/blogs/2021-12-04-diffusion-prob-models.html"},
	{15, "Song & Ermon", "Generative Modeling by Estimating Gradients of the Data Distribution", 2019, "https://arxiv.org/abs/1907.05600"},
	{16, "Song & Ermon", "Improved Techniques for Training Score-Based Generative Models", 2020, "https://arxiv.org/abs/2006.09011"},
	{17, "Song, Sohl-Dickstein, Kingma, Kumar, Ermon & Poole", "Score-Based Generative Modeling through Stochastic Differential Equations", 2021, "https://arxiv.org/abs/2011.13456"},
	{18, "Song", "Generative Modeling by Estimating Gradients of the Data Distribution (blog)", 2021, "https://yang-song.net/blog/2021/score/"},
	{19, "Luo", "Understanding Diffusion Models: A Unified Perspective", 2022, "https://arxiv.org/abs/2208.11970"},
	{20, "CompVis and others", "Stable Diffusion in a notebook", 2022, "https://colab.research.google.com/drive/1_kbRZPTjnFgViPrmGcUsaszEdYa8XTpq"},
	{21, "Stability AI", "Stable Diffusion Public Release", 2022, "https://stability.ai/blog/stable-diffusion-public-release"},
	{22, "CompVis", "Stable Diffusion, the code", 2022, "https://github.com/CompVis/stable-diffusion"},
	{23, "Stability AI", "Stable Diffusion, the demonstration", 2022, "https://huggingface.co/spaces/stabilityai/stable-diffusion"},
	{24, "Rombach et al.", "High-Resolution Image Synthesis with Latent Diffusion Models, the article", 2022, "https://arxiv.org/pdf/2112.10752"},
	{25, "CompVis", "Latent Diffusion Models, the code", 2021, "https://github.com/CompVis/latent-diffusion"},
	{26, "CompVis", "Stable Diffusion v1, model card", 2022, "https://github.com/CompVis/stable-diffusion"},
	{27, "Vahdat & Kreis", "Improving Diffusion Models as an Alternative to GANs, Part 2", 2022, "https://developer.nvidia.com/blog/improving-diffusion-models-as-an-alternative-to-gans-part-2/"},
	{28, "Karagiannakos & Adaloglou", "How diffusion models work: the math from scratch", 2022, "https://theaisummer.com/diffusion-models/"},
}

// Reference returns the work of a number.
func Reference(number int) (Work, error) {
	if number < 1 || number > len(References) {
		return Work{}, fmt.Errorf("there is no reference %d, only 1 to %d", number, len(References))
	}
	return References[number-1], nil
}
