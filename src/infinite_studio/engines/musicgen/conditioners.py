"""Descriptions and melodies as the network reads them."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from infinite_studio.engines.musicgen.chroma import ChromaShape, chroma_filters, chroma_of, chroma_shape
from infinite_studio.engines.musicgen.decoder import Conditions
from infinite_studio.engines.musicgen.shape import ModelShape, UnusableCheckpointError
from infinite_studio.engines.musicgen.words import WordReader

if TYPE_CHECKING:
    from omegaconf import DictConfig
    from torch import Tensor

FolderOf: TypeAlias = Callable[[str], Path]

DESCRIPTION = "description"
MELODY = "self_wav"
FILTERS = "melody.filters"
_PREFIX = "condition_provider.conditioners."
_KEPT_DESCRIPTIONS = 32


@dataclass(frozen=True)
class ConditionerParts:
    """The projections ``<condition>.weight`` and ``.bias``, and with melodies `FILTERS`; ``reader`` names the T5."""

    tensors: "Mapping[str, Tensor]"
    reader: str
    chroma: ChromaShape | None = None


class Conditioners:
    """Makes conditions from words and sounds.

    Parameters
    ----------
    parts : ConditionerParts
        Projections to the size of the network.
    reader : WordReader
        Reads descriptions.
    shape : ModelShape
        Says how conditions reach the network.
    """

    def __init__(self, parts: ConditionerParts, reader: WordReader, shape: ModelShape) -> None:
        self._parts, self._reader, self._shape = parts, reader, shape
        self._read: OrderedDict[str, Tensor] = OrderedDict()

    @property
    def hears_melodies(self) -> bool:
        """Whether the network follows the tune of a sound."""
        return self._parts.chroma is not None

    def read(self, prompt: str, told: Callable[[float], None] = lambda _: None) -> "Tensor":
        """Return what the network reads of a prompt, ``(tokens, dim)``; the last ones are remembered."""
        if prompt not in self._read:
            said = self._reader.read(prompt, told)
            # No description is a description that says nothing.
            self._read[prompt] = self._projected(DESCRIPTION, said) if prompt else said.new_zeros(
                (len(said), self._shape.dim)
            )  # fmt: skip
            while len(self._read) > _KEPT_DESCRIPTIONS:
                self._read.popitem(last=False)
        self._read.move_to_end(prompt)
        return self._read[prompt]

    def conditions(
        self, prompts: tuple[str, ...], melody: "Tensor | None", *, is_guided: bool = True
    ) -> Conditions:
        """Return what takes are conditioned on: their prompts, and a melody ``(frames,)`` that all of them follow."""
        import torch

        n_takes, made = len(prompts), {}
        with torch.inference_mode():
            said = [self.read(prompt) for prompt in prompts]
            rows = torch.nn.utils.rnn.pad_sequence(said, batch_first=True)
            made[DESCRIPTION] = torch.cat([rows, torch.zeros_like(rows)]) if is_guided else rows
            if self.hears_melodies:
                heard = [melody] * n_takes + [None] * n_takes * is_guided
                made[MELODY] = torch.stack([self._tune(sound) for sound in heard])
        return fused(made, self._shape, n_takes, is_guided=is_guided)

    def _tune(self, melody: "Tensor | None") -> "Tensor":
        """Return what the network hears of a tune, ``(moments, dim)``; None is silence."""
        import torch

        assert self._parts.chroma is not None
        sound = torch.zeros(1) if melody is None else melody
        return self._projected(MELODY, chroma_of(sound, self._parts.tensors[FILTERS], self._parts.chroma))

    def _projected(self, condition: str, rows: "Tensor") -> "Tensor":
        import torch

        with torch.inference_mode():
            tensors = self._parts.tensors
            return torch.nn.functional.linear(
                rows, tensors[f"{condition}.weight"], tensors.get(f"{condition}.bias")
            )


def fused(made: "Mapping[str, Tensor]", shape: ModelShape, n_takes: int, *, is_guided: bool) -> Conditions:
    """Arrange the conditions: those that stand before the tokens in audiocraft's order, and those looked at."""
    import torch

    prefix: list[Tensor] = []
    cross: list[Tensor] = []
    for name, condition in made.items():
        if name in shape.prepended:
            prefix.insert(0, condition)
        elif name in shape.cross:
            cross.append(condition)
    return Conditions(
        n_takes,
        prefix=torch.cat(prefix, dim=1) if prefix else None,
        cross=torch.cat(cross, dim=1) if cross else None,
        guided=is_guided,
    )


def conditioner_parts(
    config: "DictConfig", parameters: "Mapping[str, Tensor]", shape: ModelShape, name: str
) -> ConditionerParts:
    """Read what audiocraft's checkpoint says about its conditions.

    Raises
    ------
    UnusableCheckpointError
        If it names a conditioner that no published MusicGen has, or numbers are missing.
    """
    from omegaconf import OmegaConf

    sections: dict[str, Any] = OmegaConf.to_container(config.conditioners, resolve=True)  # type: ignore[assignment]
    sections.pop("args", None)
    kinds = {condition: section["model"] for condition, section in sections.items()}
    usual = {DESCRIPTION: "t5", MELODY: "chroma_stem"}
    for condition, kind in kinds.items():
        if usual.get(condition) != kind:
            raise UnusableCheckpointError(name, f"it is conditioned by “{kind}” as “{condition}”")
    if DESCRIPTION not in kinds:
        raise UnusableCheckpointError(name, "it reads no descriptions")
    tensors = _projections(parameters, tuple(kinds), name)
    reader = str(sections[DESCRIPTION]["t5"]["name"])
    if MELODY not in kinds:
        return ConditionerParts(tensors, reader)
    chroma = chroma_shape(sections[MELODY]["chroma_stem"], shape.segment_seconds)
    return ConditionerParts({**tensors, FILTERS: chroma_filters(chroma)}, reader, chroma)


def _projections(
    parameters: "Mapping[str, Tensor]", conditions: tuple[str, ...], name: str
) -> "dict[str, Tensor]":
    tensors = {}
    for condition in conditions:
        theirs = f"{_PREFIX}{condition}.output_proj"
        if f"{theirs}.weight" not in parameters:
            raise UnusableCheckpointError(name, f"it lacks {theirs}.weight")
        for kind in ("weight", "bias"):
            if f"{theirs}.{kind}" in parameters:
                tensors[f"{condition}.{kind}"] = parameters[f"{theirs}.{kind}"].float()
    return tensors
