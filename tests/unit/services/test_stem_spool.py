"""Stems on their way to the disk: what comes back, and how loud it was."""

import numpy as np
import pytest

from infinite_studio.services import stem_spool
from infinite_studio.services.stem_spool import StemSpool

N_FRAMES = 200_000


@pytest.mark.parametrize("long_bytes", [1, 1 << 40], ids=["written on the way", "short"])
def test_blocks_come_back_as_they_were_with_their_peak_and_loudness(tmp_path, monkeypatch, long_bytes):
    monkeypatch.setattr(stem_spool, "_LONG_BYTES", long_bytes)
    monkeypatch.setattr("infinite_studio.audio.write_behind._BEHIND_BYTES", 100_000)
    loud = np.random.default_rng(0).uniform(-0.5, 0.4, (N_FRAMES, 2)).astype(np.float32)
    loud[7, 1] = -0.9
    quiet = (loud * 1e-4)[:, ::-1]
    with StemSpool.opened(("loud", "quiet"), 44_100, 2, N_FRAMES, tmp_path) as spool:
        for first in range(0, N_FRAMES, 30_000):
            some = slice(first, first + 30_000)
            spool.add({"loud": loud[some], "quiet": quiet[some]})
        spool.finish()
        assert np.array_equal(spool.stems["loud"].audio().samples, loud)
        assert np.array_equal(spool.stems["quiet"].audio().samples, quiet)
        assert spool.stems["loud"].peak == pytest.approx(0.9)
        energy = np.square(loud, dtype=np.float64).sum()
        assert spool.stems["loud"].energy == pytest.approx(energy, rel=1e-4)
        assert [stem.is_silent for stem in spool.stems.values()] == [False, True]
    assert not list(tmp_path.iterdir())
