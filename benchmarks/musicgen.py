"""Steps per second of MusicGen's language model: ours, audiocraft's own loop, and transformers in bfloat16.

Networks of the published sizes with random numbers: speed does not depend on their values. Each peer runs in a process
of its own that stays alive; rounds alternate between them, and medians of the ratios within a round are reported.
Every figure includes sampling and guidance. Run it in pieces with ``--peers`` and ``--steps``; the last line is JSON.

    python -m benchmarks.musicgen --size small --steps 500 --rounds 3
    python -m benchmarks.musicgen --peers ours-int8,transformers --busy
    python -m benchmarks.musicgen --device cuda --peers ours-bfloat16,audiocraft,transformers
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

SIZES = {
    "tiny": (64, 4, 2, 64),
    "small": (1024, 16, 24, 2048),
    "medium": (1536, 24, 48, 2048),
    "large": (2048, 32, 48, 2048),
}
PEERS = ("ours-int8", "ours-bfloat16", "audiocraft", "transformers")
REAL_TIME_STEPS = 50.0
N_CODEBOOKS = 4
N_WORDS = 12
SEED = 1

Runner = Callable[[int], float]


def main() -> None:
    arguments = _arguments()
    if arguments.peer:
        _serve(arguments.peer, arguments.size, arguments.device)
        return
    peers = {name: _Peer(name, arguments.size, arguments.device) for name in arguments.peers.split(",")}
    busy = _busy() if arguments.busy else None
    try:
        rounds = [
            {name: peer.run(arguments.steps) for name, peer in peers.items()} for _ in range(arguments.rounds)
        ]
        bandwidth = next(iter(peers.values())).ask("bandwidth")["bytes_per_second"]
    finally:
        if busy is not None:
            busy.kill()
        facts = {name: peer.close() for name, peer in peers.items()}
    print(json.dumps(_summary(arguments, rounds, facts, bandwidth)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--steps", type=int, default=500, help="500 steps are 10 s of audio")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    parser.add_argument("--busy", action="store_true", help="while another process keeps a core busy")
    parser.add_argument("--peer", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def _summary(
    arguments: argparse.Namespace,
    rounds: list[dict[str, float]],
    facts: Mapping[str, dict[str, Any]],
    bandwidth: float,
) -> dict[str, Any]:
    """Return medians, ratios of the first peer to the others within each round, and the share of the bandwidth."""
    first = next(iter(facts))
    result: dict[str, Any] = {
        "size": arguments.size, "steps": arguments.steps, "device": arguments.device, "busy": arguments.busy,
        "read_bandwidth_gb_per_second": round(bandwidth / 1e9, 2), "peers": {}, "ratios": {},
    }  # fmt: skip
    for name, about in facts.items():
        speed = statistics.median(values[name] for values in rounds)
        share = about["bytes_per_step"] * speed / bandwidth if about["bytes_per_step"] else None
        result["peers"][name] = {
            "steps_per_second": round(speed, 2),
            "times_real_time": round(speed / REAL_TIME_STEPS, 3),
            "all": [round(values[name], 2) for values in rounds],
            "bytes_per_step": about["bytes_per_step"],
            "bandwidth_share": None if share is None else round(share, 3),
            "peak_memory_mb": about["peak_memory_mb"],
        }
        if name != first:
            ratio = statistics.median(values[first] / values[name] for values in rounds)
            result["ratios"][f"{first} / {name}"] = round(ratio, 2)
    return result


class _Peer:
    """A process with one peer's network."""

    def __init__(self, name: str, size: str, device: str) -> None:
        command = [
            sys.executable,
            "-m",
            "benchmarks.musicgen",
            "--peer",
            name,
            "--size",
            size,
            "--device",
            device,
        ]
        self.name = name
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ask("ready")
        print(f"{name}: ready", flush=True)

    def run(self, steps: int) -> float:
        speed = float(self.ask(f"run {steps}")["steps_per_second"])
        print(f"{self.name}: {speed:.2f} steps/s", flush=True)
        return speed

    def ask(self, question: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(question + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("{"):
                return dict(json.loads(line))
        raise RuntimeError(f"{self.name} ended")

    def close(self) -> dict[str, Any]:
        about = self.ask("about")
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        return about


def _busy() -> "subprocess.Popen[bytes]":
    """Keep one core busy with work that lives in its cache."""
    code = "import os; os.environ['OMP_NUM_THREADS']='1'\nimport numpy as n; a=n.ones((200,200))\nwhile True: a@a"
    return subprocess.Popen([sys.executable, "-c", code])


def _serve(name: str, size: str, device: str) -> None:
    """Answer questions from standard input until it ends."""
    import torch

    torch.manual_seed(SEED)
    torch.set_grad_enabled(False)
    kind, _, precision = name.partition("-")
    run, n_bytes = {"ours": _ours, "audiocraft": _audiocraft, "transformers": _transformers}[kind](
        SIZES[size], precision or "float32", device
    )
    # The first pass over new memory is many times slower.
    run(8)
    for line in sys.stdin:
        question, _, number = line.strip().partition(" ")
        answer: dict[str, Any] = {}
        if question == "run":
            answer = {"steps_per_second": int(number) / run(int(number))}
        elif question == "bandwidth":
            answer = {"bytes_per_second": _bandwidth()}
        elif question == "about":
            peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            answer = {"bytes_per_step": n_bytes, "peak_memory_mb": round(peak_mb)}
        print(json.dumps(answer), flush=True)


def _bandwidth() -> float:
    """Return bytes a second of reading a gigabyte with all threads, the best of several times."""
    import torch

    numbers = torch.ones(1 << 27, dtype=torch.int64)
    best = float("inf")
    for _ in range(8):
        start = time.perf_counter()
        numbers.sum()
        best = min(best, time.perf_counter() - start)
    return numbers.nbytes / best


def _ours(size: tuple[int, int, int, int], precision: str, device: str) -> tuple[Runner, int]:
    import torch

    from infinite_studio.engines.musicgen.decoder import Conditions
    from infinite_studio.engines.musicgen.layers import network_of
    from infinite_studio.engines.musicgen.precision import Precision
    from infinite_studio.engines.musicgen.sampling import ChancePerTake, Drawing
    from infinite_studio.engines.musicgen.shape import ModelShape
    from infinite_studio.engines.musicgen.stepping import make_decoder
    from infinite_studio.engines.musicgen.steps import generate_window

    dim, heads, layers, card = size
    shape = ModelShape(
        dim, heads, layers, 4 * dim, N_CODEBOOKS, card, (0, 1, 2, 3), ("description",), (), 30.0
    )
    packed = _random_weights(shape, Precision(precision))
    once = ("embeddings", "cross_kv")
    n_bytes = sum(value.nbytes for key, value in packed.items() if not any(part in key for part in once))
    decoder = make_decoder(network_of(packed, shape, device, 2100))
    cross = torch.randn(2, N_WORDS, dim)
    cross[1] = 0.0
    nothing = torch.zeros((1, N_CODEBOOKS, 0), dtype=torch.long)

    def run(steps: int) -> float:
        start = time.perf_counter()
        drawing = Drawing(top_k=min(250, card))
        generate_window(
            decoder, Conditions(1, cross=cross), nothing, steps - 3, drawing, ChancePerTake((SEED,))
        )
        return time.perf_counter() - start

    return run, n_bytes


def _random_weights(shape: Any, precision: Any) -> dict[str, Any]:  # noqa: ANN401 - see the call
    """Return packed numbers of a shape, made one product at a time."""
    import torch

    from infinite_studio.engines.musicgen.packing import quantised
    from infinite_studio.engines.musicgen.precision import Precision

    packed = {"embeddings": torch.randn(shape.n_codebooks, shape.cardinality + 1, shape.dim)}

    def linear(name: str, n_out: int, n_in: int) -> None:
        weight = torch.randn(n_out, n_in) / n_in**0.5
        if precision is Precision.INT8:
            packed[f"{name}.weight"], packed[f"{name}.scale"] = quantised(weight)
        else:
            packed[f"{name}.weight"] = weight.to(precision.weight_type())

    def norm(name: str) -> None:
        packed[f"{name}.weight"], packed[f"{name}.bias"] = torch.ones(shape.dim), torch.zeros(shape.dim)

    d = shape.dim
    norm("out_norm")
    linear("heads", shape.n_codebooks * shape.cardinality, d)
    for index in range(shape.n_layers):
        at = f"layers.{index}"
        for name in ("norm", "cross_norm", "hidden_norm"):
            norm(f"{at}.{name}")
        sizes = {"qkv": (3 * d, d), "out": (d, d), "cross_q": (d, d), "cross_kv": (2 * d, d), "cross_out": (d, d),
                 "hidden_in": (4 * d, d), "hidden_out": (d, 4 * d)}  # fmt: skip
        for name, (n_out, n_in) in sizes.items():
            linear(f"{at}.{name}", n_out, n_in)
    return packed


def _audiocraft(size: tuple[int, int, int, int], _precision: str, device: str) -> tuple[Runner, int]:
    import torch

    from infinite_studio.engines.musicgen.audiocraft_door import open_audiocraft

    open_audiocraft()
    from audiocraft.models.lm import LMModel
    from audiocraft.modules.codebooks_patterns import DelayedPatternProvider
    from audiocraft.modules.conditioners import ConditionFuser, ConditioningAttributes, ConditioningProvider

    dim, heads, layers, card = size
    fuser = ConditionFuser({"cross": ["description"], "prepend": [], "sum": [], "input_interpolate": []})
    model = LMModel(
        DelayedPatternProvider(N_CODEBOOKS), ConditioningProvider({}), fuser, n_q=N_CODEBOOKS, card=card, dim=dim,
        num_heads=heads, num_layers=layers, hidden_scale=4, norm_first=True, bias_proj=False, bias_ff=False,
        bias_attn=False, causal=True, memory_efficient=True, cross_attention=True, activation="gelu", dropout=0.0,
        dtype=torch.float16 if device == "cuda" else torch.float32, device=device,
    ).to(device).eval()  # fmt: skip
    dtype = next(model.parameters()).dtype
    cross = torch.randn(2, N_WORDS, dim, device=device, dtype=dtype)
    cross[1] = 0.0
    made = {"description": (cross, torch.ones(2, N_WORDS, device=device))}
    model.condition_provider.__dict__["tokenize"] = lambda _attributes: None
    model.condition_provider.__dict__["forward"] = lambda _tokens: made
    attributes = [ConditioningAttributes(text={"description": None})]

    def run(steps: int) -> float:
        start = time.perf_counter()
        with torch.autocast(device, enabled=device == "cuda", dtype=torch.float16):
            model.generate(None, attributes, max_gen_len=steps - 3, top_k=min(250, card), cfg_coef=3.0)
        return time.perf_counter() - start

    return run, 0


def _transformers(size: tuple[int, int, int, int], _precision: str, device: str) -> tuple[Runner, int]:
    import torch
    from transformers import (
        EncodecConfig,
        MusicgenConfig,
        MusicgenDecoderConfig,
        MusicgenForConditionalGeneration,
        T5Config,
    )

    dim, heads, layers, card = size
    # Reader and codec are tiny, so that only the language model is timed.
    text = T5Config(vocab_size=100, d_model=64, d_kv=8, d_ff=64, num_layers=1, num_heads=2)
    codec = EncodecConfig(
        target_bandwidths=[2.2], sampling_rate=32_000, num_filters=2, num_residual_layers=1, hidden_size=8,
        upsampling_ratios=[8, 5, 4, 4], codebook_size=card, codebook_dim=8, num_lstm_layers=1, use_causal_conv=False,
    )  # fmt: skip
    network = MusicgenDecoderConfig(
        vocab_size=card, hidden_size=dim, num_hidden_layers=layers, num_attention_heads=heads, ffn_dim=4 * dim,
        num_codebooks=N_CODEBOOKS, max_position_embeddings=2048, pad_token_id=card, bos_token_id=card,
    )  # fmt: skip
    config = MusicgenConfig(
        text_encoder=text.to_dict(), audio_encoder=codec.to_dict(), decoder=network.to_dict()
    )
    model: Any = MusicgenForConditionalGeneration(config)
    model = model.to(device, torch.bfloat16).eval()
    words = torch.randint(3, 99, (1, N_WORDS), device=device)
    model.generation_config.pad_token_id = card
    model.generation_config.decoder_start_token_id = card
    model.generation_config.bos_token_id = card

    def run(steps: int) -> float:
        start = time.perf_counter()
        model.generate(
            input_ids=words, attention_mask=torch.ones_like(words), do_sample=True, guidance_scale=3.0,
            max_new_tokens=steps - 1, top_k=250,
        )  # fmt: skip
        return time.perf_counter() - start

    return run, 0


if __name__ == "__main__":
    main()
