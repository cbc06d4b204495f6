"""Chance that is torch's own, number by number."""

import pytest
import torch

from infinite_studio.engines.musicgen.sampling import ChancePerTake, SharedChance

SHAPES = [(1, 4, 2048), (3, 8, 100), (2, 1, 1)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", [0, 7, 2**40])
def test_a_shared_source_gives_the_numbers_that_torch_draws(shape, seed):
    ours, theirs = SharedChance(seed), torch.Generator().manual_seed(seed)
    for _ in range(3):
        drawn = ours.exponential(torch.empty(shape))
        assert torch.equal(drawn, torch.empty(shape).exponential_(1, generator=theirs))


@pytest.mark.parametrize("shape", SHAPES)
def test_each_take_has_a_source_of_its_own(shape):
    seeds = tuple(range(shape[0]))
    drawn = ChancePerTake(seeds).exponential(torch.empty(shape))
    alone = [ChancePerTake((seed,)).exponential(torch.empty((1, *shape[1:])))[0] for seed in seeds]
    assert torch.equal(drawn, torch.stack(alone))
    assert drawn.dtype == torch.float32
    assert bool((drawn > 0).all())
