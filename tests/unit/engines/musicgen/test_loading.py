"""Weights are read safely, and fast the second time."""

import json
import os
import pickle
import pickletools
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.unit.engines.musicgen.conftest import FolderWeights

from infinite_studio.engines.base import GenerationRequest, Sampling
from infinite_studio.engines.musicgen.checkpoint import UnsafeCheckpointError, read_checkpoint
from infinite_studio.engines.musicgen.engine import MusicgenEngine
from infinite_studio.engines.musicgen.kept_tensors import write_tensors
from infinite_studio.engines.musicgen.precision import Precision
from infinite_studio.engines.musicgen.shape import UnusableCheckpointError
from infinite_studio.engines.musicgen.warm_copy import WarmCopies
from infinite_studio.progress import OperationCancelled, Silence

SHORT = GenerationRequest("lo-fi piano", duration_seconds=0.5, sampling=Sampling(precision="int8"))


class _Bomb:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.mark,))


@pytest.mark.parametrize("is_zip", [True, False], ids=["torch file", "bare pickle"])
def test_a_checkpoint_with_code_is_refused_and_nothing_runs(tmp_path: Path, is_zip: bool) -> None:
    mark, path = tmp_path / "it ran", tmp_path / "state_dict.bin"
    content = {"xp.cfg": "", "best_state": {}, "bomb": _Bomb(mark)}
    if is_zip:
        torch.save(content, path)
    else:
        path.write_bytes(pickle.dumps(content, protocol=2))
    with pytest.raises(UnsafeCheckpointError, match="program code"):
        read_checkpoint(path, "musicgen-small")
    assert not mark.exists()


@pytest.mark.parametrize("damage", ["cut", "empty", "text", "list", "no numbers"])
def test_a_damaged_checkpoint_is_named(weights_folder: Path, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "state_dict.bin"
    whole = (weights_folder / "musicgen-small" / "state_dict.bin").read_bytes()
    if damage in {"list", "no numbers"}:
        torch.save([1, 2] if damage == "list" else {"xp.cfg": "a: 1"}, path)
    else:
        path.write_bytes({"cut": whole[: len(whole) // 2], "empty": b"", "text": b"no checkpoint"}[damage])
    with pytest.raises(UnusableCheckpointError, match=r"state_dict\.bin"):
        read_checkpoint(path, "musicgen-small")


def test_bytes_that_make_no_sense_are_damage_whatever_they_happen_to_mean(tmp_path: Path) -> None:
    path = tmp_path / "state_dict.bin"
    chance = np.random.default_rng(5)
    opcodes = np.frombuffer(b"".join(code.code.encode("latin1") for code in pickletools.opcodes), np.uint8)
    for length in range(1, 120):
        path.write_bytes(b"rubbish" * length if length < 20 else chance.choice(opcodes, length).tobytes())
        with pytest.raises((UnusableCheckpointError, UnsafeCheckpointError)):
            read_checkpoint(path, "musicgen-small")


def test_a_checkpoint_that_lacks_numbers_is_named(weights_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(weights_folder, tmp_path / "w")
    path = tmp_path / "w" / "musicgen-small" / "state_dict.bin"
    values = torch.load(path, weights_only=True)
    del values["best_state"]["transformer.layers.1.linear1.weight"]
    torch.save(values, path)
    engine = MusicgenEngine("musicgen-small", FolderWeights(tmp_path / "w"), device=lambda: "cpu")
    with pytest.raises(UnusableCheckpointError, match="linear1"):
        engine.generate(SHORT, Silence())


@pytest.mark.parametrize("name", ["musicgen-small", "musicgen-melody"])
def test_the_second_start_reads_no_pickle_and_says_the_same(
    weights: FolderWeights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def engine() -> MusicgenEngine:
        return MusicgenEngine(name, weights, tmp_path, device=lambda: "cpu")

    first = engine().generate(SHORT, Silence()).mixdown.samples
    assert WarmCopies(tmp_path).path(name, Precision.INT8).is_file()
    monkeypatch.setattr(torch, "load", lambda *args, **kwargs: pytest.fail("a pickle was read"))
    assert np.array_equal(engine().generate(SHORT, Silence()).mixdown.samples, first)


@pytest.mark.parametrize("trouble", ["damaged copy", "new weights"])
def test_a_copy_that_does_not_fit_is_made_again(weights_folder: Path, tmp_path: Path, trouble: str) -> None:
    shutil.copytree(weights_folder, tmp_path / "w")
    weights, copies = FolderWeights(tmp_path / "w"), tmp_path / "copies"
    MusicgenEngine("musicgen-small", weights, copies, device=lambda: "cpu").generate(SHORT, Silence())
    copy = WarmCopies(copies).path("musicgen-small", Precision.INT8)
    before = copy.read_bytes()
    if trouble == "damaged copy":
        copy.write_bytes(before[:100])
    else:
        source = tmp_path / "w" / "musicgen-small" / "state_dict.bin"
        values = torch.load(source, weights_only=True)
        values["best_state"]["out_norm.bias"] += 0.5
        torch.save(values, source)
    take = MusicgenEngine("musicgen-small", weights, copies, device=lambda: "cpu").generate(SHORT, Silence())
    assert take.mixdown.n_frames == 16_000
    assert (copy.read_bytes() == before) is (trouble == "damaged copy")


def test_a_codec_in_audiocrafts_own_format_is_read(weights_folder: Path, tmp_path: Path) -> None:
    from tests.tiny_musicgen import write_own_codec

    shutil.copytree(weights_folder, tmp_path / "w")
    write_own_codec(tmp_path / "w" / "musicgen-small" / "compression_state_dict.bin")
    # Nothing else is asked for where the checkpoint holds its codec.
    shutil.rmtree(tmp_path / "w" / "encodec-32khz")
    weights = FolderWeights(tmp_path / "w")
    first = MusicgenEngine("musicgen-small", weights, tmp_path / "c", device=lambda: "cpu")
    second = MusicgenEngine("musicgen-small", weights, tmp_path / "c", device=lambda: "cpu")
    takes = [engine.generate(SHORT, Silence()).mixdown.samples for engine in (first, second)]
    assert np.array_equal(*takes)


def test_lack_of_memory_is_answered_with_less_and_said(
    weights: FolderWeights, monkeypatch: pytest.MonkeyPatch
) -> None:
    from infinite_studio.engines.musicgen import engine as engines

    tried: list[object] = []
    original = engines.make

    def scarce(plan, n_takes, model, attempt, *rest):
        tried.append(attempt)
        if len(tried) < 4:
            raise torch.OutOfMemoryError("CUDA out of memory.") if len(tried) % 2 else MemoryError
        return original(plan, n_takes, model, attempt, *rest)

    monkeypatch.setattr(engines, "make", scarce)
    engine = MusicgenEngine("musicgen-small", weights, device=lambda: "cpu")
    take = engine.generate(replace(SHORT, sampling=Sampling(precision="float32")), Silence())
    assert [(str(attempt.precision), attempt.window_share) for attempt in tried] == [
        ("float32", 1.0), ("bfloat16", 1.0), ("int8", 1.0), ("int8", 0.5)
    ]  # fmt: skip
    assert take.notices == ("Memory was short, so it was made with int8 weights, in shorter windows.",)


def test_too_little_memory_for_anything_is_said(
    weights: FolderWeights, monkeypatch: pytest.MonkeyPatch
) -> None:
    from infinite_studio.engines.musicgen import engine as engines
    from infinite_studio.engines.musicgen.attempts import NoMemoryError

    def none(*args: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 5 bytes.")

    monkeypatch.setattr(engines, "make", none)
    with pytest.raises(NoMemoryError):
        MusicgenEngine("musicgen-small", weights, device=lambda: "cpu").generate(SHORT, Silence())


def test_unknown_globals_are_recognised_whatever_torch_calls_them(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    torch.save({"xp.cfg": "", "best_state": {}, "odd": Path("x")}, path)
    with pytest.raises(UnsafeCheckpointError):
        read_checkpoint(path, "x")


def test_lack_of_memory_while_loading_is_answered_with_less(
    weights: FolderWeights, monkeypatch: pytest.MonkeyPatch
) -> None:
    from infinite_studio.engines.musicgen import engine as engines

    tried: list[Precision] = []
    original = engines.load_model

    def scarce(name: str, where: object, precision: Precision, *rest: object) -> object:
        tried.append(precision)
        if precision is not Precision.INT8:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 5 bytes.")
        return original(name, where, precision, *rest)

    monkeypatch.setattr(engines, "load_model", scarce)
    engine = MusicgenEngine("musicgen-small", weights, device=lambda: "cpu")
    take = engine.generate(replace(SHORT, sampling=Sampling(precision="float32")), Silence())
    assert tried == [Precision.FLOAT32, Precision.BFLOAT16, Precision.INT8]
    assert take.notices == ("Memory was short, so it was made with int8 weights.",)


class CancelsAt:
    """A progress that cancels at its n-th report, and remembers what was being done."""

    def __init__(self, n_reports: int) -> None:
        self.left = n_reports
        self.stages: list[str] = []

    def report(self, _fraction: float, stage: str = "") -> None:
        self.stages += [stage] if stage else []
        self.left -= 1
        if self.left == 0:
            raise OperationCancelled

    def share(self, partial: object) -> None: ...


def test_cancelling_at_any_moment_of_the_first_load_leaves_nothing_behind(
    weights: FolderWeights, tmp_path: Path
) -> None:
    stages: set[str] = set()
    for n_reports in range(1, 200, 3):
        copies, progress = tmp_path / str(n_reports), CancelsAt(n_reports)
        engine = MusicgenEngine("musicgen-small", weights, copies, device=lambda: "cpu")
        with pytest.raises(OperationCancelled):
            engine.generate(SHORT, progress)
        assert not list(copies.glob("*.part"))
        stages |= set(progress.stages)
        if "Making music" in stages:
            break
    assert stages == {
        "Loading the model", "Keeping a quick copy of the model", "Reading the description", "Making music"
    }  # fmt: skip


def test_generating_needs_neither_audiocraft_nor_transformers(weights: FolderWeights, tmp_path: Path) -> None:
    """Their import alone takes many times what loading takes, and a third of a gigabyte."""
    names = ("musicgen-small", "musicgen-melody")
    for name in names:
        MusicgenEngine(name, weights, tmp_path, device=lambda: "cpu").generate(SHORT, Silence())
    code = f"""
import sys
from pathlib import Path
from infinite_studio.engines.base import GenerationRequest, Sampling
from infinite_studio.engines.musicgen.engine import MusicgenEngine
from infinite_studio.progress import Silence
class Weights:
    def is_here(self, name): return True
    def folder_of(self, name): return Path({str(weights.folder)!r}) / name
asked = GenerationRequest("piano", duration_seconds=0.5, sampling=Sampling(precision="int8"))
for name in {names!r}:
    engine = MusicgenEngine(name, Weights(), Path({str(tmp_path)!r}), device=lambda: "cpu")
    assert engine.generate(asked, Silence()).mixdown.n_frames == 16000
print(sorted({{"audiocraft", "transformers", "omegaconf", "librosa"}} & set(sys.modules)))
"""
    ended = subprocess.run(
        [sys.executable, "-c", code], check=True, timeout=120, stdout=subprocess.PIPE, text=True
    )
    assert ended.stdout.strip() == "[]"


def test_a_copy_is_mapped_where_kernels_can_read_it(weights: FolderWeights, tmp_path: Path) -> None:
    engine = MusicgenEngine("musicgen-small", weights, tmp_path, device=lambda: "cpu")
    engine.generate(SHORT, Silence())
    path = WarmCopies(tmp_path).path("musicgen-small", Precision.INT8)
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    assert (8 + length) % 64 == 0
    places = [entry["data_offsets"] for name, entry in header.items() if name != "__metadata__"]
    assert all(start % 64 == 0 for start, end in places if (end - start) % 64 == 0)


def test_a_full_disk_costs_only_the_copy(
    weights: FolderWeights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    engine = MusicgenEngine("musicgen-small", weights, tmp_path, device=lambda: "cpu")
    assert engine.generate(SHORT, Silence()).mixdown.n_frames == 16_000
    assert not list(tmp_path.iterdir())


def test_tensors_of_every_kind_come_back_as_they_were(tmp_path: Path) -> None:
    from safetensors.torch import load_file

    kinds = (torch.float32, torch.bfloat16, torch.float16, torch.int8, torch.int64)
    tensors = {str(kind): torch.arange(21).view(3, 7).to(kind).T for kind in kinds} | {
        "none": torch.zeros(0, 4)
    }
    write_tensors(tmp_path / "x.safetensors", tensors, {"about": "ü"})
    found = load_file(tmp_path / "x.safetensors")
    assert found.keys() == tensors.keys()
    assert all(torch.equal(found[name], tensors[name]) for name in tensors)
