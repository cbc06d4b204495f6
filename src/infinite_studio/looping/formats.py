"""Which files an extended loop can become."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from infinite_studio.audio.lossy import LossyFormat, nearest_aac_rate
from infinite_studio.audio.opus_packets import OPUS_RATE
from infinite_studio.audio.sanitise import LIMITS, BitDepth, SoundFormat, UnwritableSoundError


class LoopFormat(StrEnum):
    """File formats of extended loops; the value is the usual suffix without its dot."""

    WAV = "wav"
    FLAC = "flac"
    MP3 = "mp3"
    OGG = "ogg"
    OPUS = "opus"
    M4A = "m4a"

    @property
    def is_lossless(self) -> bool:
        """Whether every sample comes back as it was written."""
        return self in {LoopFormat.WAV, LoopFormat.FLAC}


@dataclass(frozen=True)
class FileKind:
    """What kind of file is written.

    Parameters
    ----------
    loop_format : LoopFormat
        The format.
    bit_depth : BitDepth
        For WAV and FLAC; the others ignore it.
    """

    loop_format: LoopFormat
    bit_depth: BitDepth = BitDepth.INT_16

    def rate_for(self, sample_rate: int) -> int:
        """Return the rate in Hz at which a sound of this rate is written: its own, or the nearest the format holds.

        Parameters
        ----------
        sample_rate : int
            Of the sound, Hz.
        """
        if self.loop_format is LoopFormat.OPUS:
            return OPUS_RATE
        if self.loop_format is LoopFormat.M4A:
            return nearest_aac_rate(sample_rate)
        return LIMITS[SoundFormat(self.loop_format.value)].nearest_rate(sample_rate)

    def require_writable(self, n_channels: int) -> None:
        """Refuse what the format cannot hold.

        Parameters
        ----------
        n_channels : int
            Of the sound.

        Raises
        ------
        UnwritableSoundError
            If there are too many channels, or it is FLAC with 32-bit float.
        """
        is_m4a = self.loop_format is LoopFormat.M4A
        most = 2 if is_m4a else LIMITS[SoundFormat(self.loop_format.value)].max_channels
        if n_channels > most:
            raise UnwritableSoundError(
                f"{self.loop_format.upper()} cannot hold {n_channels} channels.",
                hint=f"It takes up to {most}; mix down first, or choose WAV.",
            )
        if self.loop_format is LoopFormat.FLAC and self.bit_depth is BitDepth.FLOAT_32:
            raise UnwritableSoundError("FLAC cannot hold 32-bit float.", hint="Choose 24 bits, or WAV.")

    @property
    def lossy(self) -> LossyFormat:
        """The lossy coding that is encoded in one pass.

        Raises
        ------
        ValueError
            If it is lossless, or Opus, whose rounds are copied.
        """
        return LossyFormat(self.loop_format.value)


def format_of(path: Path) -> LoopFormat:
    """Return the format that a file's suffix asks for.

    Parameters
    ----------
    path : Path
        The file to write.

    Raises
    ------
    UnwritableSoundError
        If the studio writes no such files.
    """
    suffix = path.suffix.lower().lstrip(".")
    if suffix not in set(LoopFormat):
        raise UnwritableSoundError(
            f"The studio writes no “{path.suffix or path.name}” files.",
            hint=f"Choose one of: {', '.join(value.upper() for value in LoopFormat)}.",
        )
    return LoopFormat(suffix)
