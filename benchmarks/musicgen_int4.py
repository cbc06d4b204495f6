"""What weights of four bits would bring: the speed of torch's kernel for them, and what they do to the logits.

    python -m benchmarks.musicgen_int4 --size small

The first layers of a network of the published size, with random numbers. Kernels run over all their products in turn,
more than a cache holds; logits are compared with those of float32 weights over the same tokens. One line of JSON.
"""

# ruff: noqa: SLF001 - kernels of torch that have no public name

import argparse
import json
import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from benchmarks.musicgen_peers import N_CODEBOOKS, N_WORDS, SEED, SIZES, random_weights

if TYPE_CHECKING:
    from torch import Tensor

GROUPS = (128, 64, 32)
N_LAYERS = 6
N_STEPS = 40
ROUNDS = 5
INNER_TILES = 2
LARGEST = 7.0
MIDDLE = 8


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    size = parser.parse_args().size
    import torch

    torch.manual_seed(SEED)
    torch.set_grad_enabled(False)
    print(json.dumps({"size": size, "kernels": kernels(size), "logits": logits(size)}))


def kernels(size: str) -> dict[str, Any]:
    """Return milliseconds for all products of one layer, two rows, by kernel; rounds alternate."""
    import torch

    dim = SIZES[size][0]
    shapes = ((3 * dim, dim), (dim, dim), (dim, dim), (dim, dim), (4 * dim, dim), (dim, 4 * dim))
    weights = [torch.randn(shape) for _ in range(N_LAYERS) for shape in shapes]
    runs = {"int8": _int8_runs(weights), **{f"int4, groups of {g}": _int4_runs(weights, g) for g in GROUPS}}
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS + 1):
        for name, products in runs.items():
            start = time.perf_counter()
            for product in products:
                product()
            taken[name].append((time.perf_counter() - start) / N_LAYERS * 1e3)
    # The first round brings pages and threads in.
    found = {name: values[1:] for name, values in taken.items()}
    return {
        name: {
            "milliseconds_per_layer": round(statistics.median(values), 3),
            "times_int8": round(
                statistics.median(eight / own for eight, own in zip(found["int8"], values, strict=True)), 2
            ),
        }
        for name, values in found.items()
    }


def logits(size: str) -> dict[str, Any]:
    """Return how alike logits are to those of float32 weights, and how often the likeliest token is the same."""
    import torch

    from infinite_studio.engines.musicgen.decoder import Conditions, Decoder
    from infinite_studio.engines.musicgen.layers import network_of
    from infinite_studio.engines.musicgen.precision import Precision
    from infinite_studio.engines.musicgen.shape import ModelShape

    dim, heads, _, card = SIZES[size]
    shape = ModelShape(
        dim, heads, N_LAYERS, 4 * dim, N_CODEBOOKS, card, (0, 1, 2, 3), ("description",), (), 30.0
    )
    fine = random_weights(shape, Precision.FLOAT32)
    cross = torch.randn(2, N_WORDS, dim)
    cross[1] = 0.0
    tokens = torch.randint(card, (N_STEPS, 1, N_CODEBOOKS, 1))

    def said(change: "Callable[[Tensor], Tensor]") -> "Tensor":
        coarse = {key: change(value) if _is_product(key) else value for key, value in fine.items()}
        decoder = Decoder(network_of(coarse, shape, "cpu", N_STEPS))
        decoder.begin(Conditions(1, cross=cross), N_STEPS)
        return torch.stack([decoder.logits(step).clone() for step in tokens])

    wanted = said(lambda weight: weight)
    ways = {"int8": _through_int8, **{f"int4, groups of {g}": _through_int4(g) for g in GROUPS}}
    return {name: _compared(wanted, said(way)) for name, way in ways.items()}


def _compared(wanted: "Tensor", found: "Tensor") -> dict[str, float]:
    import torch

    alike = torch.nn.functional.cosine_similarity(wanted.flatten(1), found.flatten(1), dim=1)
    same = (wanted.argmax(-1) == found.argmax(-1)).float().mean()
    return {
        "least_cosine": round(float(alike.min()), 5),
        "mean_cosine": round(float(alike.mean()), 5),
        "same_likeliest_token": round(float(same), 3),
    }


def _is_product(key: str) -> bool:
    return key.endswith(".weight") and "norm" not in key


def _int8_runs(weights: "list[Tensor]") -> "list[Callable[[], Tensor]]":
    import torch

    from infinite_studio.engines.musicgen.packing import quantised

    def run(weight: "Tensor") -> "Callable[[], Tensor]":
        coarse, scale = quantised(weight)
        rows, narrow = torch.randn(2, weight.shape[1], dtype=torch.bfloat16), scale.to(torch.bfloat16)
        return lambda: torch._weight_int8pack_mm(rows, coarse, narrow)

    return [run(weight) for weight in weights]


def _int4_runs(weights: "list[Tensor]", group: int) -> "list[Callable[[], Tensor]]":
    import torch

    def run(weight: "Tensor") -> "Callable[[], Tensor]":
        coarse, scale = _int4(weight, group)
        packed = torch._convert_weight_to_int4pack_for_cpu(coarse + MIDDLE, INNER_TILES)
        both = torch.stack([scale, torch.zeros_like(scale)], dim=-1).transpose(0, 1)
        steps = both.contiguous().to(torch.bfloat16)
        rows = torch.randn(2, weight.shape[1], dtype=torch.bfloat16)
        wanted = rows.float() @ _back(coarse, scale, group).T
        found = torch._weight_int4pack_mm_for_cpu(rows, packed, group, steps).float()
        # A kernel that is used wrongly is not worth timing.
        assert torch.nn.functional.cosine_similarity(wanted.flatten(), found.flatten(), dim=0) > 0.999
        return lambda: torch._weight_int4pack_mm_for_cpu(rows, packed, group, steps)

    return [run(weight) for weight in weights]


def _int4(weight: "Tensor", group: int) -> "tuple[Tensor, Tensor]":
    """Return whole numbers of −7 to 7 and a scale for each group along a row."""
    import torch

    grouped = weight.view(weight.shape[0], -1, group)
    scale = grouped.abs().amax(dim=2) / LARGEST
    return torch.round(grouped / scale[..., None]).to(torch.int32).view(weight.shape), scale


def _back(coarse: "Tensor", scale: "Tensor", group: int) -> "Tensor":
    return (coarse.view(coarse.shape[0], -1, group) * scale[..., None]).view(coarse.shape)


def _through_int4(group: int) -> "Callable[[Tensor], Tensor]":
    return lambda weight: _back(*_int4(weight, group), group)


def _through_int8(weight: "Tensor") -> "Tensor":
    from infinite_studio.engines.musicgen.packing import quantised

    coarse, scale = quantised(weight)
    return coarse * scale[:, None]


if __name__ == "__main__":
    main()
