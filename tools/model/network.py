"""The network: a small Llama (RMSNorm, rotary positions, grouped-query attention, SwiGLU, tied embeddings).

Promise: the arithmetic is that of llama.cpp's `llama` architecture, rotary pairs interleaved, so that
export.py writes the weights as they are, without permuting a row.
"""

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

@dataclass(frozen=True)
class Shape:
    vocabulary: int = 3072
    width: int = 256
    layers: int = 5
    heads: int = 4
    kv_heads: int = 2
    feed_forward: int = 704
    context: int = 2048
    rope_base: float = 10_000.0
    norm_epsilon: float = 1e-5

    @property
    def head_width(self) -> int:
        return self.width // self.heads

    def as_dict(self) -> dict:
        return asdict(self)


class Norm(nn.Module):
    """Root-mean-square norm (Zhang and Sennrich 2019)."""

    def __init__(self, width: int, epsilon: float):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x, (x.shape[-1],), self.weight.to(x.dtype), self.epsilon)


def rotation(shape: Shape) -> tuple[Tensor, Tensor]:
    """Cosine and sine per position and rotary pair (Su et al. 2021): [context, head_width / 2]."""
    pair = torch.arange(0, shape.head_width, 2).float() / shape.head_width
    angle = torch.outer(torch.arange(shape.context).float(), shape.rope_base**-pair)
    return angle.cos(), angle.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turns each neighbouring pair (2i, 2i+1) of a head by its position's angle."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2)


def attend(query: Tensor, key: Tensor, value: Tensor, document: Tensor | None) -> Tensor:
    """Causal attention; where `document` [batch, length] is given, a token sees only tokens of its own document."""
    if document is None:
        return F.scaled_dot_product_attention(query, key, value, is_causal=True)
    visible = (document[:, None, :, None] == document[:, None, None, :]).tril()
    hidden = torch.zeros(visible.shape, dtype=query.dtype).masked_fill_(~visible, float("-inf"))
    scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-1, -2) + hidden
    return scores.softmax(-1, dtype=torch.float32).to(value.dtype) @ value


class Attention(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        kv_width = shape.kv_heads * shape.head_width
        self.query = nn.Linear(shape.width, shape.width, bias=False)
        self.key = nn.Linear(shape.width, kv_width, bias=False)
        self.value = nn.Linear(shape.width, kv_width, bias=False)
        self.output = nn.Linear(shape.width, shape.width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, document: Tensor | None) -> Tensor:
        batch, length, width = x.shape

        def heads(y: Tensor) -> Tensor:
            return y.view(batch, length, -1, self.shape.head_width).transpose(1, 2)

        group = self.shape.heads // self.shape.kv_heads
        query = rotate(heads(self.query(x)), cos, sin)
        key = rotate(heads(self.key(x)), cos, sin).repeat_interleave(group, dim=1)
        value = heads(self.value(x)).repeat_interleave(group, dim=1)
        mixed = attend(query, key, value, document)
        return self.output(mixed.transpose(1, 2).reshape(batch, length, width))


class FeedForward(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.gate = nn.Linear(shape.width, shape.feed_forward, bias=False)
        self.up = nn.Linear(shape.width, shape.feed_forward, bias=False)
        self.down = nn.Linear(shape.feed_forward, shape.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.silu(self.gate(x)) * self.up(x))


class Block(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.attention_norm = Norm(shape.width, shape.norm_epsilon)
        self.attention = Attention(shape)
        self.feed_forward_norm = Norm(shape.width, shape.norm_epsilon)
        self.feed_forward = FeedForward(shape)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, document: Tensor | None) -> Tensor:
        x = x + self.attention(self.attention_norm(x), cos, sin, document)
        return x + self.feed_forward(self.feed_forward_norm(x))


class Llama(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = Norm(shape.width, shape.norm_epsilon)
        cos, sin = rotation(shape)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                ends_branch = name.endswith(("attention.output.weight", "feed_forward.down.weight"))
                nn.init.normal_(weight, std=0.02 / (2 * shape.layers) ** 0.5 if ends_branch else 0.02)

    def forward(self, tokens: Tensor, document: Tensor | None = None) -> Tensor:
        """Hidden states after the last norm: [batch, length, width]; `logits` turns them into scores."""
        length = tokens.shape[1]
        x = self.embedding(tokens)
        for block in self.blocks:
            x = block(x, self.cos[:length].to(x.dtype), self.sin[:length].to(x.dtype), document)
        return self.norm(x)

    def logits(self, hidden: Tensor) -> Tensor:
        return F.linear(hidden, self.embedding.weight)

    def parameter_count(self) -> int:
        return sum(weight.numel() for weight in self.parameters())
