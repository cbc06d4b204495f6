"""Encoders in a process of their own: NaN and Inf anywhere, and a disk that fills up."""

import json
import os
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest
import soundfile

from infinite_studio.audio.reading import read_audio
from infinite_studio.audio.sanitise import SoundFormat

pytestmark = pytest.mark.faults

FORMATS = [*((form.value, None) for form in SoundFormat), ("wav", 16), ("wav", 32), ("flac", 16)]

POISON = """
    import json, sys
    import numpy as np
    from pathlib import Path
    from infinite_studio.audio.writing import BitDepth, write_blocks

    folder, formats = Path(sys.argv[1]), json.loads(sys.argv[2])
    rng = np.random.default_rng(7)
    reports = []
    for form, bits, trial in ((form, bits, trial) for form, bits in formats for trial in range(6)):
        print(form, bits, trial, file=sys.stderr)
        n_frames = int(rng.integers(1, 60_000))
        channels = int(rng.integers(1, 3))
        samples = (0.3 * np.sin(np.arange(n_frames) / 20)[:, np.newaxis] * np.ones(channels)).astype(np.float32)
        count = int(rng.integers(1, max(2, min(n_frames // 50, 500))))
        places = rng.choice(samples.size, min(count, samples.size), replace=False)
        samples.ravel()[places] = rng.choice([np.nan, np.inf, -np.inf], len(places))
        if trial == 0:
            samples[0] = np.nan
        if trial == 1:
            samples[-1] = np.inf
        if trial == 2:
            samples[:] = np.nan
        broken = int(samples.size - np.isfinite(samples).sum())
        cuts = np.array_split(samples, int(rng.integers(1, 5)))
        path = folder / f"{bits}-{trial}.{form}"
        report = write_blocks(
            path, cuts, 48_000, channels, n_frames, bit_depth=bits and BitDepth(bits)
        )
        reports.append([path.name, n_frames, broken, report.repaired_samples, report.n_frames, trial == 2])
    print(json.dumps(reports))
"""

FILLING = """
    import json, resource, sys, time
    import numpy as np
    from pathlib import Path
    from infinite_studio.audio.files import DiskFullError
    from infinite_studio.audio.writing import BitDepth, write_blocks

    folder, formats, how = Path(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3]
    n_frames = 48_000 * 4

    def fill():
        with (folder / "ballast").open("wb", buffering=0) as ballast:
            try:
                while ballast.write(bytes(4096)):
                    pass
            except OSError:
                pass

    def blocks(rng):
        for start in range(0, n_frames, 4_800):
            if how == "middle" and start == 4_800 * 10 or how == "end" and start + 4_800 >= n_frames:
                fill()
            yield (rng.standard_normal((4_800, 2)) * 0.1).astype(np.float32)

    def outcome(form, bits):
        print(form, bits, file=sys.stderr)
        began = time.monotonic()
        try:
            write_blocks(
                folder / f"x.{form}",
                blocks(np.random.default_rng(0)),
                48_000,
                2,
                n_frames,
                bit_depth=bits and BitDepth(bits),
            )
        except DiskFullError as error:
            names = sorted(path.name for path in folder.iterdir())
            seconds = time.monotonic() - began
            return [str(error), error.hint, error.needed_bytes, error.free_bytes, seconds, names]
        finally:
            (folder / "ballast").unlink(missing_ok=True)
        return None

    if how == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
    print(json.dumps([outcome(form, bits) for form, bits in formats]))
"""


def run(script, *arguments):
    """Run a script as its own process, so that a signal is seen and not shared."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert done.returncode == 0, f"ended with {done.returncode}: {done.stderr[-2000:]}"
    return json.loads(done.stdout)


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk; the file size limit is tested without")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"this system mounts no tmpfs: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_nothing_that_is_not_a_number_kills_the_process_or_silences_a_file(tmp_path):
    reports = run(POISON, tmp_path, json.dumps(FORMATS))
    assert len(reports) == 6 * len(FORMATS)
    for name, n_frames, broken, repaired, written, all_broken in reports:
        assert repaired == broken > 0, name
        heard = read_audio(tmp_path / name)
        assert heard.n_frames == written == n_frames, name
        if not all_broken and n_frames > 2_000:
            assert np.abs(heard.samples).max() > 0.1, name


def test_without_the_gate_the_encoder_does_die(tmp_path):
    """The gate is needed: the same samples given to the encoder itself end the process by a signal."""
    script = """
        import sys
        import numpy as np, soundfile
        soundfile.write(sys.argv[1], np.full((48_000, 2), np.nan, np.float32), 48_000)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), tmp_path / "x.mp3"],
        capture_output=True,
        check=False,
        timeout=60,
    )
    if done.returncode == 0:
        pytest.skip(f"libsndfile {soundfile.__libsndfile_version__} no longer dies of NaN")
    assert done.returncode < 0


def require_plain_refusals(outcomes):
    assert len(outcomes) == len(FORMATS)
    for form, outcome in zip(FORMATS, outcomes, strict=True):
        assert outcome is not None, f"a short file was reported as done: {form}"
        sentence, hint, needed_bytes, free_bytes, seconds, names = outcome
        assert f"{needed_bytes:,} bytes" in sentence
        assert f"{free_bytes:,} bytes" in sentence
        assert hint
        assert seconds < 5
        assert set(names) <= {"ballast"}, form


@pytest.mark.parametrize("how", ["middle", "end"])
def test_a_disk_that_fills_up_while_writing_gives_no_short_file(small_disk, how):
    require_plain_refusals(run(FILLING, small_disk, json.dumps(FORMATS), how))


@pytest.mark.skipif(os.name != "posix", reason="file size limits are a POSIX matter")
def test_a_largest_file_size_gives_no_short_file(tmp_path):
    require_plain_refusals(run(FILLING, tmp_path, json.dumps(FORMATS), "limit"))


def test_a_disk_that_is_already_too_small_is_refused_at_once(small_disk):
    from infinite_studio.audio.files import DiskFullError
    from infinite_studio.audio.writing import write_blocks

    began = time.monotonic()
    with pytest.raises(DiskFullError) as full:
        write_blocks(small_disk / "x.wav", iter(()), 48_000, 2, 48_000 * 600)
    assert time.monotonic() - began < 1
    assert full.value.needed_bytes > 172_000_000
    assert full.value.free_bytes <= 4 << 20


def test_decoding_onto_a_disk_that_is_full_leaves_nothing(small_disk, tmp_path):
    from tests.unit.audio.sounds import noise

    from infinite_studio.audio.decoded import decode_to_cache
    from infinite_studio.audio.files import DiskFullError

    soundfile.write(tmp_path / "x.wav", noise(200_000).samples, 48_000)

    def fill(block):
        with (small_disk / "ballast").open("ab") as ballast:
            ballast.truncate(0)
            ballast.write(bytes(4 << 20))

    with pytest.raises(DiskFullError):
        decode_to_cache(tmp_path / "x.wav", small_disk / "x.f32", 48_000, on_block=fill)
    assert {path.name for path in small_disk.iterdir()} <= {"ballast"}
