"""The networks that the musicgen benchmark runs: ours, audiocraft's own, and transformers', with random numbers."""

import time
from collections.abc import Callable
from typing import Any

SIZES = {
    "tiny": (128, 2, 2, 64),
    "small": (1024, 16, 24, 2048),
    "medium": (1536, 24, 48, 2048),
    "large": (2048, 32, 48, 2048),
}
N_CODEBOOKS = 4
N_WORDS = 12
FOLDED_WORDS = 16
SEED = 1
INT8_DEVIATION = 73.3

Size = tuple[int, int, int, int]
Runner = Callable[[int], float]


def make_peer(name: str, size: str, device: str) -> tuple[Runner, int]:
    """Return what runs so many steps and says how long it took, and the bytes of weights that a step reads, if known.

    Names are ``ours-int8``, ``ours-torch-int8`` (without compiled steps), ``ours-bfloat16``, ``audiocraft`` and
    ``transformers``.
    """
    if name == "audiocraft":
        return _audiocraft(SIZES[size], device)
    if name == "transformers":
        return _transformers(SIZES[size], device)
    return _ours(SIZES[size], name.rpartition("-")[2], device, is_plain="torch" in name)


def _ours(size: Size, precision: str, device: str, *, is_plain: bool) -> tuple[Runner, int]:
    import torch

    from infinite_studio.engines.musicgen.decoder import Conditions, Decoder
    from infinite_studio.engines.musicgen.layers import network_of
    from infinite_studio.engines.musicgen.precision import Precision
    from infinite_studio.engines.musicgen.sampling import ChancePerTake, Drawing
    from infinite_studio.engines.musicgen.shape import ModelShape
    from infinite_studio.engines.musicgen.stepping import make_decoder
    from infinite_studio.engines.musicgen.steps import generate_window
    from infinite_studio.jobs.crew import Crew

    dim, heads, layers, card = size
    shape = ModelShape(
        dim, heads, layers, 4 * dim, N_CODEBOOKS, card, (0, 1, 2, 3), ("description",), (), 30.0
    )
    packed = random_weights(shape, Precision(precision))
    network = network_of(packed, shape, device, 2100)
    decoder = Decoder(network) if is_plain else make_decoder(network)
    is_folded = type(decoder).__name__ == "FusedDecoder"
    once = ("embeddings", "cross_kv", *(("cross_q", "cross_out") if is_folded else ()))
    n_bytes = sum(value.nbytes for key, value in packed.items() if not any(part in key for part in once))
    n_bytes += 2 * layers * heads * FOLDED_WORDS * dim if is_folded else 0
    decoder.helped_by(Crew())
    packed.clear()
    del network
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


def random_weights(shape: Any, precision: Any) -> dict[str, Any]:  # noqa: ANN401 - see the call
    """Return packed numbers of a shape, made one product at a time."""
    import torch

    from infinite_studio.engines.musicgen.precision import Precision

    packed = {"embeddings": torch.randn(shape.n_codebooks, shape.cardinality + 1, shape.dim)}

    def linear(name: str, n_out: int, n_in: int) -> None:
        if precision is Precision.INT8:
            packed[f"{name}.weight"] = torch.randint(-127, 128, (n_out, n_in), dtype=torch.int8)
            packed[f"{name}.scale"] = torch.full((n_out,), 1.0 / (INT8_DEVIATION * n_in**0.5))
        else:
            packed[f"{name}.weight"] = (torch.randn(n_out, n_in) / n_in**0.5).to(precision.weight_type())

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


def _audiocraft(size: Size, device: str) -> tuple[Runner, int]:
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


def _transformers(size: Size, device: str) -> tuple[Runner, int]:
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
