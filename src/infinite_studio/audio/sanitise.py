"""The one gate before every encoder: what passes can neither crash it nor come out silent."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.audio import MAX_CHANNELS, MAX_SAMPLE_RATE, MIN_SAMPLE_RATE, Samples
from infinite_studio.errors import StudioError


class SoundFormat(StrEnum):
    """File formats that the studio writes; the value is the usual suffix without its dot."""

    WAV = "wav"
    FLAC = "flac"
    OGG = "ogg"
    OPUS = "opus"
    MP3 = "mp3"


class BitDepth(IntEnum):
    """Bits per sample of WAV and FLAC files."""

    INT_16 = 16
    INT_24 = 24
    FLOAT_32 = 32


class UnwritableSoundError(StudioError):
    """Sound that the chosen format cannot hold."""


@dataclass(frozen=True)
class Limits:
    """What an encoder takes without harm.

    Parameters
    ----------
    max_channels : int
        1 up to this many.
    min_rate, max_rate : int
        Range of sample rates, Hz.
    rates : tuple of int
        The only rates, where an encoder is that strict.
    rounds_above : int or None
        Above this rate only multiples of ten, as FLAC's header counts them.
    """

    max_channels: int
    min_rate: int
    max_rate: int
    rates: tuple[int, ...] = ()
    rounds_above: int | None = None

    def nearest_rate(self, sample_rate: int) -> int:
        """Return the closest rate that the encoder takes, the higher one if in doubt."""
        if not self.rates:
            limited = min(max(sample_rate, self.min_rate), self.max_rate)
            rounded = self.rounds_above is not None and limited > self.rounds_above
            return -(-limited // 10) * 10 if rounded else limited
        return next((rate for rate in self.rates if rate >= sample_rate), self.rates[-1])


LIMITS = {
    SoundFormat.WAV: Limits(MAX_CHANNELS, MIN_SAMPLE_RATE, MAX_SAMPLE_RATE),
    SoundFormat.FLAC: Limits(8, MIN_SAMPLE_RATE, 655_350, rounds_above=65_535),
    SoundFormat.OGG: Limits(8, 8_000, 192_000),
    SoundFormat.OPUS: Limits(2, 8_000, 48_000, (8_000, 12_000, 16_000, 24_000, 48_000)),
    SoundFormat.MP3: Limits(
        2, 8_000, 48_000, (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
    ),
}


def require_writable(sound_format: SoundFormat, sample_rate: int, n_channels: int) -> None:
    """Refuse a rate or a number of channels that the format cannot hold.

    Raises
    ------
    UnwritableSoundError
        With a hint that names what would work.
    """
    limits = LIMITS[sound_format]
    name = sound_format.upper()
    if not 1 <= n_channels <= limits.max_channels:
        raise UnwritableSoundError(
            f"{name} cannot hold {n_channels} channels.",
            hint=f"It takes up to {limits.max_channels}; mix down first, or choose WAV.",
        )
    nearest = limits.nearest_rate(sample_rate)
    if sample_rate != nearest:
        raise UnwritableSoundError(
            f"{name} cannot hold a sample rate of {sample_rate:,} Hz.",
            hint=f"Resample to {nearest:,} Hz, or choose WAV.",
        )


class Gate:
    """Makes blocks fit for an encoder and counts what it had to change.

    Parameters
    ----------
    clips : bool
        Whether values beyond −1…1 are cut off, as integer and lossy formats need.
    """

    def __init__(self, *, clips: bool) -> None:
        self._clips = clips
        self.repaired_samples = 0
        self.clipped_samples = 0

    def passed(self, block: Samples) -> Samples:
        """Return the block with finite values only: NaN and infinite become silence."""
        finite = np.isfinite(block)
        if not finite.all():
            self.repaired_samples += int(block.size - np.count_nonzero(finite))
            block = np.where(finite, block, np.float32(0.0))
        if self._clips:
            over = int(np.count_nonzero(np.abs(block) > 1.0))
            if over:
                self.clipped_samples += over
                block = np.clip(block, np.float32(-1.0), np.float32(1.0))
        return np.ascontiguousarray(block, np.float32)


class Quantiser:
    """Rounds to integers of 16 or 24 bits: 16 with triangular dither, 24 without.

    Samples that already lie on the 16-bit grid, silence among them, stay as they are.

    Parameters
    ----------
    bit_depth : BitDepth
        `BitDepth.INT_16` or `BitDepth.INT_24`.
    seed : int
        Of the dither: same sound and seed, same file, however the sound is cut into blocks.
    """

    def __init__(self, bit_depth: BitDepth, seed: int = 0) -> None:
        self._bits = int(bit_depth)
        self._dithers = bit_depth is BitDepth.INT_16
        self._draws = np.random.PCG64(seed)
        self._noise = np.random.Generator(self._draws)

    def quantised(self, block: Samples) -> NDArray[np.int16] | NDArray[np.int32]:
        """Return the integers of a block, left-aligned in 32 bits where they have 24."""
        full = 1 << (self._bits - 1)
        scaled = block.astype(np.float64) * full
        rounded = np.rint(scaled)
        if self._dithers and np.array_equal(scaled, rounded):
            # Nothing to dither; what would have been drawn is passed over, so that what follows is the same.
            self._draws.advance(2 * block.size)
        elif self._dithers:
            pairs = self._noise.random((*block.shape, 2))
            dithered = np.rint(scaled + pairs[..., 0] - pairs[..., 1])
            rounded = np.where(scaled == rounded, rounded, dithered)
        limited = np.clip(rounded, -full, full - 1)
        if self._bits == 16:
            return limited.astype(np.int16)
        return limited.astype(np.int32) << 8
