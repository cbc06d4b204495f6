"""A proof, before anything is played, that compiled steps say on this processor what torch says."""

import logging
from functools import cache
from typing import TYPE_CHECKING

from infinite_studio.engines.musicgen.decoder import Conditions, Decoder
from infinite_studio.engines.musicgen.fused.attention import HEAD_DIM
from infinite_studio.engines.musicgen.fused.decoder import FusedDecoder
from infinite_studio.engines.musicgen.fused.machine import Machine
from infinite_studio.engines.musicgen.layers import Layer, Linear, Network, Norm, sine_positions
from infinite_studio.engines.musicgen.packing import quantised
from infinite_studio.engines.musicgen.shape import ModelShape

if TYPE_CHECKING:
    from torch import Generator, Tensor

logger = logging.getLogger(__name__)

_N_HEADS, _N_STEPS, _N_WORDS, _CARDINALITY = 2, 20, 5, 16
_LEAST_LIKENESS = 0.998
_SHAPE = ModelShape(_N_HEADS * HEAD_DIM, _N_HEADS, 1, 256, 2, _CARDINALITY, (0, 1), ("description",), (), 1.0)


@cache
def is_right(machine: Machine) -> bool:
    """Whether some steps of a small random network come out as in torch; takes some hundredths of a second."""
    import torch

    chance = torch.Generator().manual_seed(1)
    network = _random_network(chance)
    words = torch.randn(2, _N_WORDS, _SHAPE.dim, generator=chance)
    words[1] = 0.0
    decoders = (Decoder(network), FusedDecoder(network, machine=machine))
    likeness = 1.0
    with torch.inference_mode():
        for decoder in decoders:
            decoder.begin(Conditions(1, cross=words), _N_STEPS)
        for _ in range(_N_STEPS):
            tokens = torch.randint(_CARDINALITY, (1, _SHAPE.n_codebooks, 1), generator=chance)
            wanted, found = (decoder.logits(tokens).flatten() for decoder in decoders)
            likeness = min(likeness, float(torch.nn.functional.cosine_similarity(wanted, found, dim=0)))
    if likeness < _LEAST_LIKENESS:
        logger.warning("steps in machine code come out wrong here: a likeness of %.4f", likeness)
    return likeness >= _LEAST_LIKENESS


def _random_network(chance: "Generator") -> Network:
    import torch

    dim = _SHAPE.dim

    def linear(n_out: int, n_in: int) -> Linear:
        weight, scale = quantised(torch.randn(n_out, n_in, generator=chance) / n_in**0.5)
        return Linear(weight, None, scale.to(torch.bfloat16))

    def norm() -> Norm:
        return Norm(torch.ones(dim), torch.zeros(dim))

    layer = Layer(
        norm=norm(), qkv=linear(3 * dim, dim), out=linear(dim, dim), hidden_norm=norm(),
        hidden_in=linear(_SHAPE.hidden_dim, dim), hidden_out=linear(dim, _SHAPE.hidden_dim), cross_norm=norm(),
        cross_q=linear(dim, dim), cross_kv=linear(2 * dim, dim), cross_out=linear(dim, dim),
    )  # fmt: skip
    embeddings: Tensor = torch.randn(_SHAPE.n_codebooks, _CARDINALITY + 1, dim, generator=chance)
    heads = linear(_SHAPE.n_codebooks * _CARDINALITY, dim)
    return Network(_SHAPE, embeddings, sine_positions(_SHAPE, _N_STEPS), (layer,), norm(), heads)
