"""EnCodec: from tokens to sound and back, whole or while tokens still come."""

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.musicgen.codec_parts import CodecParts
from infinite_studio.engines.musicgen.seanet import Seanet, Told, silent
from infinite_studio.engines.musicgen.shape import UnusableCheckpointError, read_config

if TYPE_CHECKING:
    from torch import Tensor

ENCODEC = "encodec-32khz"
_BLOCK_FRAMES = 400
# The recurrent part must have heard a second; what comes later reaches back over a few frames only.
_BEFORE_FRAMES = 50
_AFTER_FRAMES = 8


class Coder(Protocol):
    """Networks between tokens ``(rows, codebooks, frames)`` and sound ``(rows, channels, frames)``."""

    sample_rate: int
    n_channels: int
    n_codebooks: int
    frame_rate: float

    def decode(self, tokens: "Tensor", told: Told = silent) -> "Tensor":
        """Return the sound of tokens; ``told`` hears how far it is, and may raise to stop it."""

    def encode(self, sound: "Tensor", told: Told = silent) -> "Tensor":
        """Return the tokens of a sound; ``told`` hears how far it is, and may raise to stop it."""


class Codec:
    """Turns tokens into sound, in pieces that overlap unheard.

    Parameters
    ----------
    coder : Coder
        The networks, on their device.
    """

    def __init__(self, coder: Coder) -> None:
        self._coder = coder
        self.sample_rate = coder.sample_rate
        self.n_channels = coder.n_channels
        self.frame_rate = coder.frame_rate
        self.n_codebooks = coder.n_codebooks

    @property
    def samples_per_frame(self) -> int:
        """How many frames of sound a frame of tokens makes."""
        return round(self.sample_rate / self.frame_rate)

    def decode(self, tokens: "Tensor", told: Told = silent) -> "Tensor":
        """Return sound ``(takes, channels, frames)``, long ones in blocks that overlap unheard."""
        import torch

        n_frames, size = tokens.shape[-1], self.samples_per_frame
        pieces = []
        for start in range(0, n_frames, _BLOCK_FRAMES):
            end = min(start + _BLOCK_FRAMES, n_frames)
            pieces.append(
                self.decode_part(
                    tokens, start, end, partial(_between, told, start / n_frames, end / n_frames)
                )
            )
        return torch.cat(pieces, dim=-1)[..., : n_frames * size]

    def decode_part(self, tokens: "Tensor", start: int, end: int, told: Told = silent) -> "Tensor":
        """Return the sound of frames ``start`` to ``end`` of tokens, decoded with what surrounds them."""
        import torch

        first, last = max(start - _BEFORE_FRAMES, 0), min(end + _AFTER_FRAMES, tokens.shape[-1])
        with torch.inference_mode():
            sound = self._coder.decode(tokens[..., first:last], told)
        size = self.samples_per_frame
        wanted = sound[..., (start - first) * size : (end - first) * size]
        part: Tensor = wanted.float().cpu()
        return part

    def encode(self, audio: Audio, told: Told = silent) -> "Tensor":
        """Return the tokens ``(1, codebooks, frames)`` of a sound, at the codec's rate and channels."""
        import torch

        samples = torch.from_numpy(audio.samples.copy()).T[None]
        with torch.inference_mode():
            tokens = self._coder.encode(samples, told)
        found: Tensor = tokens.cpu().long()
        return found


class StereoCoder:
    """One coder for left and right, whose codebooks take turns."""

    n_channels = 2

    def __init__(self, coder: Coder) -> None:
        self._coder = coder
        self.sample_rate = coder.sample_rate
        self.frame_rate = coder.frame_rate
        self.n_codebooks = 2 * coder.n_codebooks

    def decode(self, tokens: "Tensor", told: Told = silent) -> "Tensor":
        """Return both channels of tokens whose even codebooks are the left one's."""
        import torch

        sides = [self._coder.decode(tokens[:, side::2], _side(told, side)) for side in range(2)]
        return torch.cat(sides, dim=1)

    def encode(self, sound: "Tensor", told: Told = silent) -> "Tensor":
        """Return the tokens of both channels in turns."""
        import torch

        sides = [self._coder.encode(sound[:, side : side + 1], _side(told, side)) for side in range(2)]
        return torch.stack(sides, dim=2).flatten(1, 2)


class AudiocraftCoder:
    """Networks that only audiocraft builds: of other makers, with other choices than the published codec's."""

    def __init__(self, parts: CodecParts, name: str, device: str) -> None:
        from infinite_studio.engines.musicgen.audiocraft_door import open_audiocraft, quiet

        open_audiocraft()
        from audiocraft.models.builders import get_compression_model

        settings = read_config(parts.config)
        settings.device = "cpu"
        try:
            with quiet():
                model: Any = get_compression_model(settings)
                model.load_state_dict(dict(parts.tensors))
        except (RuntimeError, KeyError) as error:
            raise UnusableCheckpointError(name, "its codec is damaged") from error
        self._model = model.to(device).eval()
        self._device = device
        self.sample_rate = int(model.sample_rate)
        self.n_channels = int(model.channels)
        self.frame_rate = float(model.frame_rate)
        self.n_codebooks = int(model.num_codebooks)

    def decode(self, tokens: "Tensor", told: Told = silent) -> "Tensor":
        """Return the sound of tokens; such networks are only heard of before they begin."""
        told(0.0)
        sound: Tensor = self._model.decode(tokens.to(self._device), None)
        return sound

    def encode(self, sound: "Tensor", told: Told = silent) -> "Tensor":
        """Return the tokens of a sound; such networks are only heard of before they begin."""
        told(0.0)
        tokens: Tensor = self._model.encode(sound.to(self._device))[0]
        return tokens


def _between(told: Told, start: float, end: float, fraction: float) -> None:
    """Tell how far the whole is when a part of it is so far."""
    told(start + fraction * (end - start))


def _side(told: Told, side: int) -> Told:
    return partial(_between, told, side / 2, (side + 1) / 2)


def build_codec(parts: CodecParts, name: str, n_codebooks: int, device: str) -> Codec:
    """Build the codec from its parts.

    Raises
    ------
    UnusableCheckpointError
        If it is damaged or does not fit the network.
    """
    coder: Coder = (
        AudiocraftCoder(parts, name, device)
        if parts.shape is None
        else Seanet(parts.shape, parts.tensors, device)
    )
    codec = Codec(StereoCoder(coder) if parts.is_stereo else coder)
    if codec.n_codebooks != n_codebooks:
        raise UnusableCheckpointError(name, f"its codec has {codec.n_codebooks} codebooks, not {n_codebooks}")
    return codec
