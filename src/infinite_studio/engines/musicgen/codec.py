"""EnCodec: from tokens to sound and back, whole or while tokens still come."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infinite_studio.audio.audio import Audio
from infinite_studio.engines.musicgen.audiocraft_door import open_audiocraft, quiet
from infinite_studio.engines.musicgen.checkpoint import Checkpoint
from infinite_studio.engines.musicgen.conditioners import FolderOf
from infinite_studio.engines.musicgen.shape import UnusableCheckpointError, read_config

if TYPE_CHECKING:
    from omegaconf import DictConfig
    from torch import Tensor

ENCODEC = "encodec-32khz"
_BLOCK_FRAMES = 1_500
_OVERLAP_FRAMES = 50


class Codec:
    """Turns tokens into sound; runs on the CPU where the device is not one that it computes right on.

    Parameters
    ----------
    model : audiocraft's CompressionModel
        With its numbers.
    device : str
        Where it computes.
    """

    def __init__(self, model: Any, device: str = "cpu") -> None:  # noqa: ANN401 - audiocraft has no types
        self._device = device
        self._model = model.to(device).eval()
        self.sample_rate = int(model.sample_rate)
        self.n_channels = int(model.channels)
        self.frame_rate = float(model.frame_rate)
        self.n_codebooks = int(model.num_codebooks)

    @property
    def samples_per_frame(self) -> int:
        """How many frames of sound a frame of tokens makes."""
        return round(self.sample_rate / self.frame_rate)

    def decode(self, tokens: "Tensor", told: Callable[[float], None] = lambda _: None) -> "Tensor":
        """Return sound ``(takes, channels, frames)``, long ones in blocks that overlap unheard."""
        import torch

        n_frames, size = tokens.shape[-1], self.samples_per_frame
        pieces = []
        for start in range(0, n_frames, _BLOCK_FRAMES):
            told(start / n_frames)
            pieces.append(self.decode_part(tokens, start, min(start + _BLOCK_FRAMES, n_frames)))
        return torch.cat(pieces, dim=-1)[..., : n_frames * size]

    def decode_part(self, tokens: "Tensor", start: int, end: int) -> "Tensor":
        """Return the sound of frames ``start`` to ``end`` of tokens, decoded with what surrounds them."""
        import torch

        first, last = max(start - _OVERLAP_FRAMES, 0), min(end + _OVERLAP_FRAMES, tokens.shape[-1])
        with torch.inference_mode(), quiet():
            sound = self._model.decode(tokens[..., first:last].to(self._device), None)
        size = self.samples_per_frame
        wanted = sound[..., (start - first) * size : (end - first) * size]
        part: Tensor = wanted.float().cpu()
        return part

    def encode(self, audio: Audio) -> "Tensor":
        """Return the tokens ``(1, codebooks, frames)`` of a sound, at the codec's rate and channels."""
        import torch

        samples = torch.from_numpy(audio.samples.copy()).T[None].to(self._device)
        with torch.inference_mode(), quiet():
            tokens, _ = self._model.encode(samples)
        found: Tensor = tokens.cpu().long()
        return found


def build_codec(
    checkpoint: Checkpoint,
    config: "DictConfig",
    folder_of: FolderOf,
    name: str,
    n_codebooks: int,
    device: str,
) -> Codec:
    """Build the codec that a checkpoint holds or names, wrapped as the network's configuration says.

    Raises
    ------
    UnusableCheckpointError
        If it is damaged or does not fit the network.
    """
    open_audiocraft()
    from audiocraft.models.builders import get_wrapped_compression_model

    if checkpoint.pretrained:
        model = _from_transformers(folder_of(ENCODEC), name)
    else:
        model = _from_audiocraft(checkpoint.config, dict(checkpoint.tensors), name)
    codec = Codec(get_wrapped_compression_model(model, config), device)
    if codec.n_codebooks != n_codebooks:
        raise UnusableCheckpointError(name, f"its codec has {codec.n_codebooks} codebooks, not {n_codebooks}")
    return codec


def _from_audiocraft(config: str, tensors: "dict[str, Tensor]", name: str) -> Any:  # noqa: ANN401
    from audiocraft.models.builders import get_compression_model

    settings = read_config(config)
    settings.device = "cpu"
    try:
        with quiet():
            model = get_compression_model(settings)
            model.load_state_dict(tensors)
    except (RuntimeError, KeyError) as error:
        raise UnusableCheckpointError(name, "its codec is damaged") from error
    return model


def _from_transformers(folder: Path, name: str) -> Any:  # noqa: ANN401
    from audiocraft.models.encodec import HFEncodecCompressionModel
    from transformers import EncodecModel

    try:
        with quiet():
            return HFEncodecCompressionModel(EncodecModel.from_pretrained(str(folder), local_files_only=True))
    except (OSError, ValueError, KeyError) as error:
        raise UnusableCheckpointError(name, f"“{folder.name}”, which makes the sound, is damaged") from error
