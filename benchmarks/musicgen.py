"""Steps per second of MusicGen's language model: ours, audiocraft's own loop, and transformers in bfloat16.

Networks of the published sizes with random numbers: speed does not depend on their values. Each part runs by itself in
at most four minutes on two quiet cores and ends with one line of JSON; several may be named, one after the other.

    python -m benchmarks.musicgen lm        # small's size, 10 s of audio, guidance on: all peers
    python -m benchmarks.musicgen busy      # the same in turns with and without a process that keeps a core busy
    python -m benchmarks.musicgen medium    # ours in int8 at medium's size
    python -m benchmarks.musicgen int4      # what int4 weights would bring, and what they do to the logits
    python -m benchmarks.musicgen lm --device cuda --peers ours-bfloat16,audiocraft,transformers

Each peer runs in a process of its own that stays alive; rounds alternate between them, and medians of the ratios within
a round are reported. Figures include sampling and guidance. audiocraft, and in the busy part transformers too, run
fewer of the steps, which favours them: later steps look back further.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.musicgen_peers import SIZES

REAL_TIME_STEPS = 50.0
LEAST_STEPS = 12
BARS = {
    "lm": "≥ 10 × audiocraft, ≥ 2.2 × transformers, ≥ 1.3 × real time, ≥ 0.55 of the bandwidth",
    "busy": "≥ 0.6 of its own quiet speed",
    "medium": "≥ 0.4 × real time",
    "int4": "measured",
}


@dataclass(frozen=True)
class Part:
    """What a part runs; ``shares`` of the steps are for peers that would take too long."""

    name: str
    size: str = "small"
    steps: int = 500
    rounds: int = 2
    peers: tuple[str, ...] = ("ours-int8", "ours-torch-int8", "transformers", "audiocraft")
    shares: tuple[tuple[str, float], ...] = (("audiocraft", 0.12), ("ours-torch-int8", 0.4))
    device: str = "cpu"
    is_busy: bool = False

    def steps_of(self, peer: str) -> int:
        """Return how many steps a peer runs."""
        return max(round(self.steps * dict(self.shares).get(peer, 1.0)), LEAST_STEPS)


PARTS = {
    "lm": Part("lm"),
    "busy": Part(
        "busy",
        steps=300,
        peers=("ours-int8", "transformers", "audiocraft"),
        shares=(("transformers", 0.2), ("audiocraft", 0.05)),
        is_busy=True,
    ),
    "medium": Part("medium", size="medium", steps=250, peers=("ours-int8",), shares=()),
    "int4": Part("int4", peers=()),
}


def main() -> None:
    arguments = _arguments()
    if arguments.peer:
        _serve(arguments.peer, arguments.size or "small", arguments.device)
        return
    for name in arguments.parts or ["lm"]:
        part = _chosen(PARTS[name], arguments)
        began = time.perf_counter()
        result = _int4(part) if name == "int4" else _measured(part)
        seconds = round(time.perf_counter() - began, 1)
        print(json.dumps({"part": name, "bar": BARS[name], "seconds": seconds, **result}), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--size", choices=sorted(SIZES))
    parser.add_argument("--steps", type=int, help="500 steps are 10 s of audio")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--peers", help="separated by commas; ratios are of the first to the others")
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    parser.add_argument("--peer", default="", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    return arguments


def _chosen(part: Part, arguments: argparse.Namespace) -> Part:
    """Return a part with what was said on the command line."""
    said = {
        name: getattr(arguments, name) for name in ("size", "steps", "rounds") if getattr(arguments, name)
    }
    if arguments.peers:
        said["peers"] = tuple(arguments.peers.split(","))
    return replace(part, device=arguments.device, **said)


def _measured(part: Part) -> dict[str, Any]:
    """Run rounds of all peers, each also beside a busy process where the part says so."""
    peers = {name: _Peer(name, part.size, part.device) for name in part.peers}
    quiet: list[dict[str, float]] = []
    busy: list[dict[str, float]] = []
    bandwidths: list[float] = []
    for _ in range(part.rounds):
        quiet.append({})
        busy.append({})
        for name, peer in peers.items():
            quiet[-1][name] = peer.run(part.steps_of(name))
            if name == part.peers[0]:
                bandwidths.append(_bandwidth())
            if part.is_busy:
                with _Busy():
                    busy[-1][name] = peer.run(part.steps_of(name), "busy")
    facts = {name: peer.ask("about") for name, peer in peers.items()}
    for peer in peers.values():
        peer.close()
    result = _summary(part, quiet, facts, bandwidths)
    if part.is_busy:
        result["busy"] = _summary(part, busy, facts, bandwidths)
        result["busy_share_of_quiet"] = {
            name: round(
                statistics.median(loud[name] / calm[name] for loud, calm in zip(busy, quiet, strict=True)), 3
            )
            for name in peers
        }
    return result


def _summary(
    part: Part, rounds: list[dict[str, float]], facts: Mapping[str, dict[str, Any]], bandwidths: list[float]
) -> dict[str, Any]:
    """Return medians, ratios of the first peer to the others within each round, and the share of the bandwidth."""
    first = part.peers[0]
    result: dict[str, Any] = {
        "size": part.size, "device": part.device,
        "read_bandwidth_gb_per_second": [round(bandwidth / 1e9, 2) for bandwidth in bandwidths],
        "peers": {}, "ratios": {},
    }  # fmt: skip
    for name, about in facts.items():
        speed = statistics.median(values[name] for values in rounds)
        shares = [
            about["bytes_per_step"] * values[name] / bandwidth
            for values, bandwidth in zip(rounds, bandwidths, strict=True)
        ]
        share = statistics.median(shares) if about["bytes_per_step"] else None
        result["peers"][name] = {
            "steps": part.steps_of(name),
            "steps_per_second": round(speed, 2),
            "times_real_time": round(speed / REAL_TIME_STEPS, 3),
            "all": [round(values[name], 2) for values in rounds],
            "bytes_per_step": about["bytes_per_step"],
            "bandwidth_share": None if share is None else round(share, 3),
            "peak_memory_mb": about["peak_memory_mb"],
            "loaded_memory_mb": about["loaded_memory_mb"],
        }
        if name != first:
            ratio = statistics.median(values[first] / values[name] for values in rounds)
            result["ratios"][f"{first} / {name}"] = round(ratio, 2)
    return result


def _int4(part: Part) -> dict[str, Any]:
    """Measure int4 in a process of its own, which prints one line of JSON."""
    command = [sys.executable, "-m", "benchmarks.musicgen_int4", "--size", part.size]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


class _Peer:
    """A process with one peer's network."""

    def __init__(self, name: str, size: str, device: str) -> None:
        command = [sys.executable, "-m", "benchmarks.musicgen"]
        command += ["--peer", name, "--size", size, "--device", device]
        self.name = name
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ask("ready")
        print(f"{name}: ready", flush=True)

    def run(self, steps: int, how: str = "quiet") -> float:
        """Return the steps per second of so many steps."""
        speed = float(self.ask(f"run {steps}")["steps_per_second"])
        print(f"{self.name}, {how}: {speed:.2f} steps/s", flush=True)
        return speed

    def ask(self, question: str) -> dict[str, Any]:
        """Return the answer to a question."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(question + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("{"):
                return dict(json.loads(line))
        raise RuntimeError(f"{self.name} ended")

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


class _Busy:
    """Keeps one core busy with work that lives in its cache."""

    def __enter__(self) -> None:
        code = "import os; os.environ['OMP_NUM_THREADS']='1'; os.environ['OPENBLAS_NUM_THREADS']='1'\n"
        code += "import numpy as n; a=n.ones((200,200)); print(1, flush=True)\nwhile True: a@a"
        self._process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        self._process.stdout.readline()

    def __exit__(self, *_args: object) -> None:
        self._process.kill()
        self._process.wait()


def _serve(name: str, size: str, device: str) -> None:
    """Answer questions from standard input until it ends."""
    import torch

    from benchmarks.musicgen_peers import SEED, make_peer

    torch.manual_seed(SEED)
    torch.set_grad_enabled(False)
    run, n_bytes = make_peer(name, size, device)
    # The first pass over new memory is many times slower.
    run(LEAST_STEPS)
    for line in sys.stdin:
        question, _, number = line.strip().partition(" ")
        answer: dict[str, Any] = {}
        if question == "run":
            answer = {"steps_per_second": int(number) / run(int(number))}
        elif question == "about":
            answer = {"bytes_per_step": n_bytes, **_memory()}
        print(json.dumps(answer), flush=True)


def _memory() -> dict[str, int | None]:
    """Return what the process held at most, making its random numbers included, and what it holds now."""
    import resource

    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pages = Path("/proc/self/statm")
    held = int(pages.read_text().split()[1]) * resource.getpagesize() / 2**20 if pages.is_file() else None
    return {"peak_memory_mb": round(peak_mb), "loaded_memory_mb": None if held is None else round(held)}


def _bandwidth() -> float:
    """Return bytes a second of reading a gigabyte in large pages with all threads, the best of several times.

    The memory of a rented machine may be twice as fast an hour later, so each round asks anew.
    """
    import numpy as np
    import torch

    numbers = torch.from_numpy(np.ones(1 << 27, np.int64))
    best = float("inf")
    for _ in range(10):
        start = time.perf_counter()
        numbers.sum()
        best = min(best, time.perf_counter() - start)
    return numbers.nbytes / best


if __name__ == "__main__":
    main()
