"""How soon MusicGen sounds, and what memory it takes: loading, the first sound of a take, and the peak.

A model of small's published size with random numbers is written into a temporary folder in the published formats (two
gigabytes; gone afterwards) and used through the engine; every part runs in a process of its own. The last line is JSON.

    python -m benchmarks.musicgen_start load      seconds to load, first and from the copy, from a warm disk
    python -m benchmarks.musicgen_start first     seconds from asking a warm model to the first sound
    python -m benchmarks.musicgen_start memory    peak memory of a process that loads and makes a take
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SIZES = {"tiny": (64, 4, 2), "small": (1024, 16, 24)}
CARDINALITY = 2048
NAME = "musicgen-small"
PROMPT = "lo-fi piano with soft drums, rainy, slow and warm"
_MEGABYTE = 1_000_000


def main() -> None:
    arguments = _arguments()
    if arguments.inside:
        print(json.dumps(_INSIDE[arguments.part](Path(arguments.inside), arguments)), flush=True)
        return
    with tempfile.TemporaryDirectory(prefix="musicgen-start-", dir=arguments.folder) as folder:
        _child(arguments, "write", folder)
        first = _child(arguments, "once", folder)
        print(f"first load: {first}", flush=True)
        rounds = []
        for _ in range(arguments.rounds):
            rounds.append(_child(arguments, arguments.part, folder))
            print(rounds[-1], flush=True)
    medians = {
        key: round(statistics.median(values[key] for values in rounds), 3)
        for key, value in rounds[0].items()
        if isinstance(value, int | float)
    }
    print(json.dumps({"part": arguments.part, "size": arguments.size, "first_load": first} | medians))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", choices=("load", "first", "memory", "write", "once"))
    parser.add_argument("--size", choices=sorted(SIZES), default="small")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--precision", default="int8")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of the take")
    parser.add_argument("--folder", default=None, help="where two gigabytes may be written for a while")
    parser.add_argument("--inside", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def _child(arguments: argparse.Namespace, part: str, folder: str) -> dict[str, Any]:
    command = [
        sys.executable, "-m", "benchmarks.musicgen_start", part, "--inside", folder, "--size", arguments.size,
        "--precision", arguments.precision, "--seconds", str(arguments.seconds),
    ]  # fmt: skip
    ended = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(ended.stdout.splitlines()[-1]))


class _Folder:
    """Weights in a folder under their names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def is_here(self, name: str) -> bool:
        return (self._folder / name).is_dir()

    def folder_of(self, name: str) -> Path:
        return self._folder / name


def _once(folder: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    """Read the checkpoints and keep the copy."""
    return _load(folder, arguments)


def _load(folder: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    """Load in a fresh process; the library that computes is counted apart."""
    begin = time.perf_counter()
    import torch  # noqa: F401

    imported, spent = time.perf_counter(), time.process_time()
    decoder_seconds = _timed_decoder()
    model = _loaded(folder, arguments.precision)
    done = time.perf_counter()
    model.conditioners.read(PROMPT)
    return {
        "library_seconds": round(imported - begin, 3),
        "load_seconds": round(done - imported, 3),
        "of_it_decoder_seconds": round(decoder_seconds[0], 3),
        "load_processor_seconds": round(time.process_time() - spent, 3),
        "read_prompt_seconds": round(time.perf_counter() - done, 3),
    } | _memory("")


def _timed_decoder() -> list[float]:
    """Return a place where the seconds stand that making the decoder ready takes."""
    from infinite_studio.engines.musicgen import model, stepping

    taken, make = [0.0], stepping.make_decoder

    def timed(*arguments: Any, **more: Any) -> Any:  # noqa: ANN401 - passed on as it is
        begin = time.perf_counter()
        made = make(*arguments, **more)
        taken[0] = time.perf_counter() - begin
        return made

    vars(model)["make_decoder"] = timed
    return taken


def _first(folder: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    """Ask a warm model for a take and wait for its first piece."""
    engine = _engine(folder)
    _heard(engine, arguments, 1)
    pieces = _heard(engine, arguments, 2)
    return {
        "first_sound_seconds": round(pieces[0][0], 3),
        "first_piece_seconds": round(pieces[0][1], 3),
        "second_sound_seconds": round(pieces[-1][0], 3),
    }


def _peak(folder: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    """Load, make a take, and say what it took: all of it, and what cannot be given back while in use."""
    import torch  # noqa: F401

    found = _memory("library_")

    class Watching:
        def report(self, _fraction: float, stage: str = "") -> None:
            if stage == "Making music":
                found.update(_memory("loaded_"))

        def share(self, partial: object) -> None:
            """Nobody listens."""

    _heard(_engine(folder), arguments, 2, Watching())
    return found | _memory("take_")


def _loaded(folder: Path, precision: str) -> Any:  # noqa: ANN401 - imported late
    from infinite_studio.engines.musicgen.model import load_model
    from infinite_studio.engines.musicgen.precision import Precision
    from infinite_studio.engines.musicgen.warm_copy import WarmCopies
    from infinite_studio.progress import Silence

    return load_model(
        NAME, _Folder(folder), Precision(precision), "cpu", WarmCopies(folder / "copies"), Silence()
    )


def _engine(folder: Path) -> Any:  # noqa: ANN401 - imported late
    from infinite_studio.engines.musicgen.engine import MusicgenEngine

    return MusicgenEngine(NAME, _Folder(folder), folder / "copies", device=lambda: "cpu")


def _heard(
    engine: Any,  # noqa: ANN401 - imported late
    arguments: argparse.Namespace,
    n_pieces: int,
    progress: Any = None,  # noqa: ANN401 - imported late
) -> list[tuple[float, float]]:
    """Return when each of the first pieces came, and how long it lasts; the take is stopped then."""
    from infinite_studio.engines.base import GenerationRequest, Sampling
    from infinite_studio.progress import OperationCancelled, Silence

    pieces: list[tuple[float, float]] = []
    begin = time.perf_counter()

    def heard(audio: Any, _start: int) -> None:  # noqa: ANN401
        pieces.append((time.perf_counter() - begin, audio.duration_seconds))
        if len(pieces) == n_pieces:
            raise OperationCancelled

    sampling = Sampling(precision=arguments.precision)
    # A seed of its own each time, so that nothing is remembered.
    asked = GenerationRequest(
        PROMPT, duration_seconds=arguments.seconds, sampling=sampling, seed=time.time_ns() % 100_000
    )
    try:
        engine.generate_takes(asked, 1, progress or Silence(), heard)
    except OperationCancelled:
        return pieces
    return pieces


def _memory(prefix: str) -> dict[str, Any]:
    """Return megabytes: the peak until now, what is there now, and how much of that is not just mapped files."""
    found = {}
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key in {"VmHWM", "VmRSS", "RssAnon"}:
            found[key] = round(int(value.split()[0]) * 1024 / _MEGABYTE)
    names = {"VmHWM": "peak_mb", "VmRSS": "resident_mb", "RssAnon": "own_mb"}
    return {f"{prefix}{name}": found[key] for key, name in names.items()}


def _write(folder: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    """Write the model, a T5 and a codec in the published formats."""
    import torch

    torch.manual_seed(1)
    dim, heads, layers = SIZES[arguments.size]
    model = folder / NAME
    model.mkdir()
    state = {name: (torch.randn(shape) / shape[-1] ** 0.5).half() for name, shape in _parameters(dim, layers)}
    state |= {name: torch.ones(dim).half() for name in _norms(layers)}
    torch.save({"xp.cfg": _config(dim, heads, layers), "best_state": state}, model / "state_dict.bin")
    torch.save({"pretrained": "facebook/encodec_32khz"}, model / "compression_state_dict.bin")
    del state
    _write_reader(folder / "t5-base", is_tiny=arguments.size == "tiny")
    _write_codec(folder / "encodec-32khz", is_tiny=arguments.size == "tiny")
    return {}


def _parameters(dim: int, layers: int) -> list[tuple[str, tuple[int, ...]]]:
    found: list[tuple[str, tuple[int, ...]]] = []
    for book in range(4):
        found += [
            (f"emb.{book}.weight", (CARDINALITY + 1, dim)),
            (f"linears.{book}.weight", (CARDINALITY, dim)),
        ]
    for index in range(layers):
        at = f"transformer.layers.{index}"
        for attention in ("self_attn", "cross_attention"):
            found += [(f"{at}.{attention}.in_proj_weight", (3 * dim, dim))]
            found += [(f"{at}.{attention}.out_proj.weight", (dim, dim))]
        found += [(f"{at}.linear1.weight", (4 * dim, dim)), (f"{at}.linear2.weight", (dim, 4 * dim))]
    projection = "condition_provider.conditioners.description.output_proj"
    return [*found, (f"{projection}.weight", (dim, 768)), (f"{projection}.bias", (dim,))]


def _norms(layers: int) -> list[str]:
    norms = [f"transformer.layers.{index}.{norm}" for index in range(layers) for norm in ("norm1", "norm_cross", "norm2")]  # fmt: skip
    return [f"{norm}.{kind}" for norm in (*norms, "out_norm") for kind in ("weight", "bias")]


def _config(dim: int, heads: int, layers: int) -> str:
    return json.dumps({
        "dataset": {"segment_duration": 30},
        "transformer_lm": {"dim": dim, "num_heads": heads, "num_layers": layers, "hidden_scale": 4, "n_q": 4,
                           "card": CARDINALITY, "norm_first": True, "activation": "gelu", "positional_embedding": "sin"},
        "codebooks_pattern": {"modeling": "delay", "delay": {"delays": [0, 1, 2, 3]}},
        "fuser": {"sum": [], "prepend": [], "cross": ["description"], "input_interpolate": []},
        "conditioners": {"description": {"model": "t5", "t5": {"name": "t5-base"}}},
    })  # fmt: skip


def _write_reader(folder: Path, *, is_tiny: bool) -> None:
    """Write a T5 of the base size, and a tokenizer of as many pieces as the published one's."""
    import random

    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import T5Config, T5EncoderModel

    layers = 2 if is_tiny else 12
    T5EncoderModel(
        T5Config(vocab_size=32_128, d_model=768, d_kv=64, d_ff=3072, num_layers=layers, num_heads=12)
    ).save_pretrained(folder)
    chance = random.Random(1)
    letters = "etaoinshrdlucmfwypvbgkqjxz"
    pieces = {"▁": -3.0, **dict.fromkeys(letters, -8.0)}
    while len(pieces) < 31_997:
        word = "".join(chance.choices(letters, k=chance.randint(2, 7)))
        pieces[chance.choice(["", "▁"]) + word] = -chance.uniform(5.0, 14.0)
    vocabulary = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *pieces.items()]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=2, byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    tokenizer.save(str(folder / "tokenizer.json"))


def _write_codec(folder: Path, *, is_tiny: bool) -> None:
    from transformers import EncodecConfig, EncodecModel

    config = EncodecConfig(
        target_bandwidths=[2.2], sampling_rate=32_000, audio_channels=1, num_filters=8 if is_tiny else 64,
        upsampling_ratios=[8, 5, 4, 4], hidden_size=128, codebook_size=CARDINALITY, codebook_dim=128,
        num_lstm_layers=2, use_causal_conv=False, use_conv_shortcut=False, norm_type="weight_norm",
    )  # fmt: skip
    model: Any = EncodecModel(config)
    for name, value in model.state_dict().items():
        if name.endswith("codebook.embed"):
            value.normal_()
    model.save_pretrained(folder)


_INSIDE = {"write": _write, "once": _once, "load": _load, "first": _first, "memory": _peak}

if __name__ == "__main__":
    main()
