"""The Frechet distance of two sets of features under Gaussian assumptions.

d^2 = |mu_a - mu_b|^2 + tr(S_a + S_b - 2 (S_a S_b)^(1/2))
(Dowson & Landau 1982; with Inception features it is FID, arXiv:1706.08500).
"""

import numpy as np
import torch


def moments(features):
    """Mean [D] and unbiased covariance [D, D] in float64 of features [N, D]."""
    x = np.asarray(features, np.float64)
    return x.mean(0), np.cov(x, rowvar=False)


def distance(a, b):
    """Squared Frechet distance of two (mean, covariance) pairs.

    The trace of the root is the sum of the roots of the eigenvalues of S_a S_b,
    which are those of the symmetric R S_b R with R = S_a^(1/2).
    """
    (mean_a, cov_a), (mean_b, cov_b) = a, b
    values, vectors = np.linalg.eigh(cov_a)
    root = (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T
    cross = np.linalg.eigvalsh(root @ cov_b @ root)
    trace_root = np.sqrt(np.clip(cross, 0, None)).sum()
    return float(((mean_a - mean_b) ** 2).sum() + np.trace(cov_a) + np.trace(cov_b) - 2 * trace_root)


@torch.no_grad()
def features_of(classifier, x):
    """Penultimate activations of pictures x [N, C, H, W] as a numpy array [N, D]."""
    return torch.cat([classifier.features(part) for part in x.split(500)]).numpy()
