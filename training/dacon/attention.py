"""Attention between the segments of two drawings, as in SuperGlue (Sarlin et al., 2020)."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from model import Mlp


class Block(nn.Module):
    """One step of attention: `rows + mlp([norm(rows), message])`."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.query, self.key, self.value, self.merge = (nn.Linear(width, width) for _ in range(4))
        self.mlp = Mlp(2 * width, 2 * width, width)

    def forward(self, rows, asked):
        own, asked = self.norm(rows), self.norm(asked)
        split = lambda rows: rows.view(len(rows), self.heads, -1).transpose(0, 1)
        mixed = F.scaled_dot_product_attention(split(self.query(own)), split(self.key(asked)), split(self.value(asked)))
        message = self.merge(mixed.transpose(0, 1).flatten(1))
        return rows + self.mlp(torch.cat([own, message], -1))


class Layer(nn.Module):
    def __init__(self, width, heads, own):
        super().__init__()
        if own:
            self.own = Block(width, heads)
        self.other = Block(width, heads)


class Attention(nn.Module):
    """Both drawings ask the other one in every layer; in the multiplex transformer (`own`) themselves before that."""

    def __init__(self, width, layers, heads, own):
        super().__init__()
        self.register_buffer("heads", torch.tensor([heads], dtype=torch.float32))
        self.layers = nn.ModuleList(Layer(width, heads, own) for _ in range(layers))
        self.project = nn.Linear(width, width)
        self.has_own = own

    def forward(self, a, b):
        for layer in self.layers:
            if self.has_own:
                a, b = layer.own(a, a), layer.own(b, b)
            a, b = layer.other(a, b), layer.other(b, a)
        return self.project(a), self.project(b)
