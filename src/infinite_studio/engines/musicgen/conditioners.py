"""Descriptions and melodies as the network reads them: audiocraft's conditioners, built from local folders."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from infinite_studio.engines.musicgen.audiocraft_door import open_audiocraft, quiet
from infinite_studio.engines.musicgen.decoder import Conditions
from infinite_studio.engines.musicgen.shape import ModelShape, UnusableCheckpointError

if TYPE_CHECKING:
    from omegaconf import DictConfig
    from torch import Tensor

FolderOf: TypeAlias = Callable[[str], Path]

DESCRIPTION = "description"
MELODY = "self_wav"
_PREFIX = "condition_provider.conditioners."


class Conditioners:
    """Makes conditions from words and sounds.

    Parameters
    ----------
    provider : audiocraft's ConditioningProvider
        With the conditioners of the checkpoint.
    shape : ModelShape
        Says how conditions reach the network.
    """

    def __init__(self, provider: Any, shape: ModelShape) -> None:  # noqa: ANN401 - audiocraft has no types
        self._provider = provider
        self._shape = shape

    @property
    def hears_melodies(self) -> bool:
        """Whether the network follows the tune of a sound."""
        return MELODY in self._provider.conditioners

    def conditions(
        self, prompts: tuple[str, ...], melody: "Tensor | None", sample_rate: int, *, is_guided: bool = True
    ) -> Conditions:
        """Read prompts, and a melody ``(frames,)`` that all takes follow, as audiocraft does."""
        import torch

        attributes = [self._attributes(prompt, melody, sample_rate) for prompt in prompts]
        with torch.inference_mode(), quiet():
            if is_guided:
                from audiocraft.modules.conditioners import ClassifierFreeGuidanceDropout

                attributes = attributes + ClassifierFreeGuidanceDropout(p=1.0)(attributes)
            made = self._provider(self._provider.tokenize(attributes))
        return fused(made, self._shape, len(prompts), is_guided=is_guided)

    def _attributes(self, prompt: str, melody: "Tensor | None", sample_rate: int) -> Any:  # noqa: ANN401
        import torch
        from audiocraft.modules.conditioners import ConditioningAttributes, WavCondition

        said = ConditioningAttributes(text={DESCRIPTION: prompt or None})
        sound = torch.zeros((1, 1, 1)) if melody is None else melody.view(1, 1, -1)
        length = torch.tensor([0 if melody is None else sound.shape[-1]])
        said.wav[MELODY] = WavCondition(sound, length, sample_rate=[sample_rate], path=[None])
        return said


def fused(
    made: "Mapping[str, tuple[Tensor, Tensor]]", shape: ModelShape, n_takes: int, *, is_guided: bool
) -> Conditions:
    """Arrange the conditions: those that stand before the tokens in audiocraft's order, and those looked at."""
    import torch

    prefix: list[Tensor] = []
    cross: list[Tensor] = []
    for name, (condition, _) in made.items():
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


def build_conditioners(
    config: "DictConfig",
    parameters: "Mapping[str, Tensor]",
    shape: ModelShape,
    folder_of: FolderOf,
    name: str,
) -> Conditioners:
    """Build what the checkpoint's configuration names, on the CPU, from local folders only.

    Raises
    ------
    UnusableCheckpointError
        If it names a conditioner that no published MusicGen has, or numbers are missing.
    """
    open_audiocraft()
    from audiocraft.modules.conditioners import ConditioningProvider

    made: dict[str, Any] = {}
    for condition, section in config.conditioners.items():
        if condition == "args":
            continue
        if section.model == "t5":
            made[condition] = _t5(folder_of(str(section.t5.name)), shape.dim, name)
        elif section.model == "chroma_stem":
            made[condition] = _chroma(section.chroma_stem, shape)
        else:
            raise UnusableCheckpointError(name, f"it is conditioned by “{section.model}”")
    provider = ConditioningProvider(made, device="cpu")
    theirs = {
        key[len(_PREFIX) :]: value.float() for key, value in parameters.items() if key.startswith(_PREFIX)
    }
    try:
        lacks, extra = provider.conditioners.load_state_dict(theirs, strict=False)
    except RuntimeError as error:
        raise UnusableCheckpointError(name, "its conditioners do not fit") from error
    # The window of a spectrogram is a formula; older checkpoints leave it out.
    if extra or any(not key.endswith("spec.window") for key in lacks):
        raise UnusableCheckpointError(name, "its conditioners do not fit")
    provider.train(mode=False)
    return Conditioners(provider, shape)


def _t5(folder: Path, output_dim: int, name: str) -> Any:  # noqa: ANN401 - audiocraft has no types
    """Make audiocraft's T5 conditioner without its constructor, which looks models up by name on a server."""
    from audiocraft.modules.conditioners import T5Conditioner, TextConditioner
    from audiocraft.utils.autocast import TorchAutocast
    from transformers import T5EncoderModel, T5Tokenizer

    try:
        with quiet():
            tokenizer = T5Tokenizer.from_pretrained(str(folder), local_files_only=True)
            encoder = T5EncoderModel.from_pretrained(str(folder), local_files_only=True)
            encoder.train(mode=False)
    except (OSError, ValueError, KeyError) as error:
        raise UnusableCheckpointError(
            name, f"“{folder.name}”, which reads descriptions, is damaged"
        ) from error
    conditioner = T5Conditioner.__new__(T5Conditioner)
    TextConditioner.__init__(conditioner, encoder.config.d_model, output_dim)
    conditioner.device = "cpu"
    conditioner.finetune = False
    conditioner.word_dropout = 0.0
    conditioner.normalize_text = False
    conditioner.autocast = TorchAutocast(enabled=False)
    conditioner.t5_tokenizer = tokenizer
    conditioner.__dict__["t5"] = encoder
    return conditioner


def _chroma(section: "DictConfig", shape: ModelShape) -> Any:  # noqa: ANN401 - audiocraft has no types
    """Make audiocraft's chroma conditioner without its constructor, which downloads a separator.

    Drums and bass are taken out before, by the caller.
    """
    from audiocraft.modules.chroma import ChromaExtractor
    from audiocraft.modules.conditioners import ChromaStemConditioner, WaveformConditioner
    from audiocraft.utils.autocast import TorchAutocast

    options = {
        key: value for key, value in section.items() if key in {"argmax", "norm", "nfft", "winlen", "winhop"}
    }
    conditioner = ChromaStemConditioner.__new__(ChromaStemConditioner)
    WaveformConditioner.__init__(conditioner, dim=section.n_chroma, output_dim=shape.dim, device="cpu")
    conditioner.autocast = TorchAutocast(enabled=False)
    conditioner.sample_rate = section.sample_rate
    conditioner.match_len_on_eval = True
    conditioner.__dict__["_use_masking"] = False
    conditioner.duration = shape.segment_seconds
    conditioner.chroma = ChromaExtractor(
        sample_rate=section.sample_rate, n_chroma=section.n_chroma, radix2_exp=section.radix2_exp, **options
    )
    n_frames = int(section.sample_rate * shape.segment_seconds)
    conditioner.chroma_len = 1 + n_frames // conditioner.chroma.winhop
    conditioner.eval_wavs = None
    conditioner.cache = None
    conditioner.__dict__["_get_stemmed_wav"] = _as_it_is
    return conditioner


def _as_it_is(sound: "Tensor", _sample_rate: int) -> "Tensor":
    return sound
