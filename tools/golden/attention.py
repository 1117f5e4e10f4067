"""Attention, softmax and losses as PyTorch and the reference repositories define them.

Writes model/optest/testdata/attention.json: for each case the result and the gradients
of sum(v * result) with respect to its inputs, in float64. Inputs, weights and v are
drawn by name (named_randn.py) and are not stored. Orders and scales are those of

- openai/guided-diffusion, unet.py: QKVAttentionLegacy, QKVAttention, AttentionPool2d;
- openai/glide-text2im, unet.py: QKVAttention with encoder_kv;
- lucidrains/denoising-diffusion-pytorch (The Annotated Diffusion Model): LinearAttention.

Run from the repository's root: .venv/bin/python tools/golden/attention.py
"""

import base64
import json
from pathlib import Path

import torch
from torch.nn import functional as F

from named_randn import named_randn

OUT = Path(__file__).parents[2] / "model/optest/testdata/attention.json"
SEED = 2
N, HEADS, WIDTH, LENGTH = 2, 3, 4, 5  # pictures, heads, channels of a head, positions
C = HEADS * WIDTH


def attend(q, k, v):
    """q, k, v: [N·heads, WIDTH, positions]. The root of the scale on either side."""
    scale = WIDTH**-0.25
    weight = torch.einsum("bct,bcs->bts", q * scale, k * scale).softmax(-1)
    return torch.einsum("bts,bcs->bct", weight, v)


def heads_first(x):
    """Fused projections [N, heads·parts·WIDTH, L]: each head's parts side by side."""
    return x.reshape(N * HEADS, -1, x.shape[-1]).split(WIDTH, 1)


def legacy(qkv):
    return attend(*heads_first(qkv)).reshape(N, C, -1)


def parts_first(qkv):
    q, k, v = (p.reshape(N * HEADS, WIDTH, -1) for p in qkv.chunk(3, 1))
    return attend(q, k, v).reshape(N, C, -1)


def text_keys(qkv, encoder_kv):
    q, k, v = heads_first(qkv)
    text_k, text_v = heads_first(encoder_kv)
    return attend(q, torch.cat([text_k, k], -1), torch.cat([text_v, v], -1)).reshape(N, C, -1)


def cross(q, k, v):
    """torch's own, on [N, positions, C]."""
    q, k, v = (x.transpose(1, 2).reshape(N, -1, HEADS, WIDTH).transpose(1, 2) for x in (q, k, v))
    return F.scaled_dot_product_attention(q, k, v).transpose(2, 3).reshape(N, C, -1)


def linear_attention(q, k, v):
    q, k, v = (x.reshape(N, HEADS, WIDTH, -1) for x in (q, k, v))
    context = torch.einsum("bhdn,bhen->bhde", k.softmax(-1), v)
    return torch.einsum("bhde,bhdn->bhen", context, q.softmax(-2) * WIDTH**-0.5).reshape(N, C, -1)


def attention_pool(x):
    """x [N, C, 2, 3]. The weights are drawn, and constant."""
    def weight(name, *shape):
        return named_randn(SEED, f"attention_pool.{name}", shape).double() * 0.5

    x = x.flatten(2)
    x = torch.cat([x.mean(-1, keepdim=True), x], -1) + weight("embedding", 1 + x.shape[-1], C).T
    x = F.conv1d(x, weight("qkv.weight", 3 * C, C)[..., None], weight("qkv.bias", 3 * C))
    x = F.conv1d(parts_first(x), weight("out.weight", 7, C)[..., None], weight("out.bias", 7))
    return x[:, :, 0]


LABELS = torch.tensor([4, 0, 6])

CASES = {
    "legacy": (legacy, {"qkv": [N, 3 * C, LENGTH]}),
    "parts_first": (parts_first, {"qkv": [N, 3 * C, LENGTH]}),
    "text_keys": (text_keys, {"qkv": [N, 3 * C, LENGTH], "encoder_kv": [N, 2 * C, 4]}),
    "cross": (cross, {"q": [N, C, LENGTH], "k": [N, C, 7], "v": [N, C, 7]}),
    "linear_attention": (linear_attention, {x: [N, C, LENGTH] for x in "qkv"}),
    "attention_pool": (attention_pool, {"x": [N, C, 2, 3]}),
    "softmax": (lambda x: x.softmax(-1), {"x": [3, 7]}),
    "log_softmax": (lambda x: x.log_softmax(-1), {"x": [3, 7]}),
    "log_prob": (lambda x: torch.distributions.Categorical(logits=x).log_prob(LABELS), {"x": [3, 7]}),
    "cross_entropy": (lambda x: F.cross_entropy(x, LABELS)[None], {"x": [3, 7]}),
}


def pack(x):
    """Float32 values, little-endian, in base64."""
    return base64.b64encode(x.detach().contiguous().numpy().astype("<f4").tobytes()).decode()


def text(golden):
    """JSON with one line for each case."""
    cases = ",\n".join(f"  {json.dumps(name)}: {json.dumps(case)}" for name, case in golden["cases"].items())
    return f'{{\n "script": {json.dumps(golden["script"])},\n "cases": {{\n{cases}\n }}\n}}\n'


def main():
    golden = {"script": "tools/golden/attention.py", "cases": {}}
    for case, (f, shapes) in CASES.items():
        inputs = {k: named_randn(SEED, f"{case}.{k}", s).double().requires_grad_() for k, s in shapes.items()}
        y = f(*inputs.values())
        v = named_randn(SEED, f"{case}.cotangent", y.shape).double()
        gradients = torch.autograd.grad((y * v).sum(), list(inputs.values()))
        golden["cases"][case] = {
            "shapes": list(shapes.items()),
            "shape": list(y.shape),
            "result": pack(y),
            "gradients": [pack(g) for g in gradients],
        }
        print(case, list(y.shape))
    OUT.write_text(text(golden))


if __name__ == "__main__":
    main()
