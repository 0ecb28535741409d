"""gSASRec in PyTorch, written plainly: what crates/gsasrec is compared with.

Sequences come left-padded with `shape.padding`. Tensor names are those of the Python reference's state dict.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Shape:
    items: int
    dimension: int
    blocks: int
    heads: int
    max_length: int
    dropout: float = 0.0
    reuses_item_embeddings: bool = False

    @property
    def padding(self) -> int:
        return self.items + 1


def padded(lists: list[list[int]], shape: Shape) -> Tensor:
    """The last items of each, as many as the model sees, at the right end of their rows."""
    windows = [items[-shape.max_length :] for items in lists]
    return torch.tensor([[shape.padding] * (shape.max_length - len(window)) + window for window in windows])


class GSasRec(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.item_embedding = nn.Embedding(shape.items + 2, shape.dimension)
        self.position_embedding = nn.Embedding(shape.max_length, shape.dimension)
        self.dropout = nn.Dropout(shape.dropout)
        self.transformer_blocks = nn.ModuleList(Block(shape) for _ in range(shape.blocks))
        self.seq_norm = nn.LayerNorm(shape.dimension)
        if not shape.reuses_item_embeddings:
            self.output_embedding = nn.Embedding(shape.items + 2, shape.dimension)

    @property
    def output_table(self) -> Tensor:
        source = self.item_embedding if self.shape.reuses_item_embeddings else self.output_embedding
        return source.weight

    def forward(self, sequences: Tensor) -> Tensor:
        """The state after each slot."""
        real = (sequences != self.shape.padding).unsqueeze(-1)
        states = self.item_embedding(sequences) + self.position_embedding.weight[: sequences.size(1)]
        states = self.dropout(states) * real
        for block in self.transformer_blocks:
            states = block(states) * real
        return self.seq_norm(states)

    def scores(self, sequences: Tensor) -> Tensor:
        """Of every row of the item table, 0 and padding too, after each sequence."""
        return self(sequences)[:, -1] @ self.output_table.T


class Block(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.first_norm = nn.LayerNorm(shape.dimension)
        self.multihead_attention = Attention(shape)
        self.second_norm = nn.LayerNorm(shape.dimension)
        self.dense1 = nn.Linear(shape.dimension, shape.dimension)
        self.dense2 = nn.Linear(shape.dimension, shape.dimension)
        self.dropout = nn.Dropout(shape.dropout)

    def forward(self, states: Tensor) -> Tensor:
        # Both residuals add what was normed, and the keys are not normed: the reference's own arrangement.
        queries = self.first_norm(states)
        attended = self.second_norm(queries + self.multihead_attention(queries, states))
        hidden = self.dropout(self.dense1(attended).relu())
        return attended + self.dropout(self.dense2(hidden))


class Attention(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.heads = shape.heads
        self.dropout = shape.dropout
        self.query_proj = nn.Linear(shape.dimension, shape.dimension)
        self.key_proj = nn.Linear(shape.dimension, shape.dimension)
        self.val_proj = nn.Linear(shape.dimension, shape.dimension)

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        query, key, value = (
            self.by_head(project(given))
            for project, given in [(self.query_proj, queries), (self.key_proj, keys), (self.val_proj, keys)]
        )
        length = keys.size(1)
        earlier = torch.ones(length, length, dtype=torch.bool, device=keys.device).tril()
        visible = earlier & (keys != 0).any(-1)[:, None, None, :] & (queries != 0).any(-1)[:, None, :, None]
        if not self.training:
            # The fused kernel has no dropout on a CPU.
            mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=visible)
        else:
            logits = query @ key.transpose(-1, -2) / math.sqrt(query.size(-1))
            # The second mask empties the rows that see nothing: their softmax is uniform.
            weights = logits.masked_fill(~visible, torch.finfo(logits.dtype).min).softmax(-1).masked_fill(~visible, 0)
            mixed = functional.dropout(weights, self.dropout, self.training) @ value
        return mixed.transpose(1, 2).reshape(queries.shape)

    def by_head(self, projected: Tensor) -> Tensor:
        return projected.unflatten(-1, (self.heads, -1)).transpose(1, 2)
