"""The files that a model is read from: audiocraft's two checkpoints, or transformers' one file."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from infinite_studio.engines.musicgen.checkpoint import COMPRESSION_FILE, STATE_FILE, read_checkpoint
from infinite_studio.engines.musicgen.codec import ENCODEC
from infinite_studio.engines.musicgen.codec_parts import CodecParts, codec_of_checkpoint, codec_of_folder
from infinite_studio.engines.musicgen.conditioners import FolderOf, conditioner_parts
from infinite_studio.engines.musicgen.hub_layout import CONFIG_FILE, HubLayout, is_hub_layout
from infinite_studio.engines.musicgen.packing import pack
from infinite_studio.engines.musicgen.precision import Precision
from infinite_studio.engines.musicgen.shape import read_config, shape_of
from infinite_studio.engines.musicgen.warm_copy import ModelParts
from infinite_studio.engines.musicgen.words import PARAMETERS_FILE, WordReader

if TYPE_CHECKING:
    from omegaconf import DictConfig

_LARGEST_POINTER_BYTES = 10_000
READER = "t5-base"


class Source(Protocol):
    """Where a model is read from; ``files`` change whenever it does."""

    @property
    def files(self) -> tuple[Path, ...]:
        """What is read for all but descriptions."""

    def parts(self, precision: Precision, told: Callable[[float], None]) -> ModelParts:
        """Read everything but what reads descriptions; may raise `StudioError`."""

    def reader(self, reader: str) -> WordReader:
        """Return what reads descriptions."""


def source_of(name: str, folder: Path, folder_of: FolderOf) -> Source:
    """Return where the model in a folder is read from."""
    if is_hub_layout(folder):
        return HubLayout(name, folder)
    return AudiocraftLayout(name, folder, folder_of)


def others_needed(folder: Path | None) -> tuple[str, ...]:
    """Return the names of other weights that the model in a folder needs; told without reading any.

    Published checkpoints name their codec; those of other makers may hold it, which shows in the size of the file.
    """
    if folder is not None and is_hub_layout(folder):
        return ()
    return (READER,) if folder is not None and _holds_codec(folder) else (READER, ENCODEC)


def _holds_codec(folder: Path) -> bool:
    codec = folder / COMPRESSION_FILE
    return codec.is_file() and codec.stat().st_size > _LARGEST_POINTER_BYTES


class AudiocraftLayout:
    """Two checkpoints, and a T5 and often a codec in folders of their own."""

    def __init__(self, name: str, folder: Path, folder_of: FolderOf) -> None:
        self._name, self._folder, self._folder_of = name, folder, folder_of

    @property
    def files(self) -> tuple[Path, ...]:
        """What is read for all but descriptions."""
        own = self._folder / STATE_FILE, self._folder / COMPRESSION_FILE
        if _holds_codec(self._folder):
            return own
        codec = self._folder_of(ENCODEC)
        return *own, codec / CONFIG_FILE, codec / PARAMETERS_FILE

    def parts(self, precision: Precision, told: Callable[[float], None]) -> ModelParts:
        """Read the checkpoints; the network's is let go before the codec's is opened."""
        checkpoint = read_checkpoint(self._folder / STATE_FILE, self._name)
        config = read_config(checkpoint.config)
        shape = shape_of(config, self._name)
        conditioners = conditioner_parts(config, checkpoint.tensors, shape, self._name)
        packed = pack(checkpoint.tensors, shape, precision, self._name, told)
        del checkpoint
        return ModelParts(shape, packed, conditioners, self._codec(config))

    def reader(self, reader: str) -> WordReader:
        """Return the T5 in its own folder."""
        return WordReader(self._folder_of(reader), self._name)

    def _codec(self, config: "DictConfig") -> CodecParts:
        checkpoint = read_checkpoint(self._folder / COMPRESSION_FILE, self._name)
        if not checkpoint.pretrained:
            return codec_of_checkpoint(checkpoint, config, self._name)
        stereo = config.get("interleave_stereo_codebooks") or {}
        return codec_of_folder(self._folder_of(ENCODEC), self._name, is_stereo=bool(stereo.get("use")))
