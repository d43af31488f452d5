"""Several processes that train one model, each on examples of its own; `torchrun` starts them."""

import os

import torch
import torch.distributed as dist


def join() -> tuple[int, int]:
    """Number of this process and how many there are; 0 and 1 when it was started alone."""
    if "RANK" not in os.environ:
        return 0, 1
    # All may share one GPU, which NCCL refuses.
    dist.init_process_group("gloo")
    return dist.get_rank(), dist.get_world_size()


def leave():
    if dist.is_initialized():
        dist.destroy_process_group()


def wait():
    """For the slowest."""
    if dist.is_initialized():
        dist.barrier()


def share_gradients(parameters):
    """Every process gets the mean of all gradients; what a process has no gradient for counts as zero."""
    if not dist.is_initialized():
        return
    parameters = list(parameters)
    flat = torch.cat([(torch.zeros_like(p) if p.grad is None else p.grad).flatten() for p in parameters]).cpu()
    dist.all_reduce(flat)
    flat = (flat / dist.get_world_size()).to(parameters[0].device)
    for parameter, mean in zip(parameters, flat.split([p.numel() for p in parameters])):
        parameter.grad = mean.view_as(parameter)
