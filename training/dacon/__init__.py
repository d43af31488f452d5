"""DACoN and its variants in PyTorch, as far as they are trained; the painter reads their tensors by name."""
