"""`ClapEmbedder`: CLAP through transformers, from local files only."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infinite_studio.audio.source import SoundReader
from infinite_studio.engines.clap.windows import RATE, windows_of
from infinite_studio.errors import StudioError
from infinite_studio.progress import Part, Progress
from infinite_studio.weights.store import WeightsStore

WEIGHTS = "clap-music"
_MOST_TOKENS = 77

Vector = NDArray[np.float32]


class UnusableClapError(StudioError):
    """Weights that are there and cannot be loaded."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"The weights in “{folder.name}” cannot be used: {reason}.",
            hint="Verify them, or remove and download them again.",
        )
        self.folder = folder


class ClapEmbedder:
    """Places sounds and words in one space, so that what fits lies near; loads its weights when first needed.

    Parameters
    ----------
    weights : WeightsStore
        Where the weights are; nothing is ever downloaded from here.
    """

    def __init__(self, weights: WeightsStore) -> None:
        self._weights = weights
        self._model: Any = None
        self._features: Any = None
        self._words: Any = None

    @property
    def n_values(self) -> int:
        """Numbers of each vector."""
        self._load()
        return int(self._model.config.projection_dim)

    def embed_sound(self, reader: SoundReader, progress: Progress) -> Vector:
        """Place a sound of any length: the mean over up to six windows of ten seconds, of length one; zero for silence."""
        self._load()
        windows = windows_of(reader, Part(progress, 0.0, 0.4))
        found = []
        for done, window in enumerate(windows):
            progress.report(0.4 + 0.6 * done / len(windows), "Listening with CLAP")
            if window.any():
                found.append(self._embed_window(window))
        if not found:
            return np.zeros(self.n_values, np.float32)
        return _unit(np.mean(found, axis=0))

    def embed_words(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Place descriptions, shape ``(texts, n_values)``, each of length one."""
        self._load()
        import torch

        tokens = self._words(
            list(texts), padding=True, truncation=True, max_length=_MOST_TOKENS, return_tensors="pt"
        )
        with torch.inference_mode():
            placed = self._model.get_text_features(
                input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"]
            )
        return np.stack([_unit(row) for row in _array(placed)])

    def choose(self, sound: Vector, texts: Sequence[str]) -> Vector:
        """Return how well each description fits a sound; they add up to one."""
        scale = float(self._model.logit_scale_a.detach().exp().clamp(max=100.0))
        fits = scale * (self.embed_words(texts) @ sound)
        shares = np.exp(fits - fits.max())
        return np.asarray(shares / shares.sum(), np.float32)

    def _embed_window(self, window: Vector) -> Vector:
        import torch

        inputs = self._features(window, sampling_rate=RATE, return_tensors="pt")
        with torch.inference_mode():
            placed = self._model.get_audio_features(
                input_features=inputs["input_features"], is_longer=inputs.get("is_longer")
            )
        return _unit(_array(placed)[0])

    def _load(self) -> None:
        if self._model is not None:
            return
        folder = self._weights.folder_of(WEIGHTS)
        with _readable(folder):
            from transformers import AutoTokenizer, ClapFeatureExtractor, ClapModel

            self._features = ClapFeatureExtractor.from_pretrained(folder, local_files_only=True)
            self._words = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            # `from_pretrained` returns a model that is ready for inference, not for training.
            # `from_pretrained` returns a model that is ready for inference, not for training.
            self._model = ClapModel.from_pretrained(folder, local_files_only=True, use_safetensors=True)


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    from safetensors import SafetensorError

    try:
        yield
    except (SafetensorError, OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise UnusableClapError(folder, str(error).splitlines()[0][:120] or type(error).__name__) from error


def _array(placed: object) -> NDArray[np.float32]:
    """Return the vectors, which newer libraries wrap."""
    tensor: Any = getattr(placed, "pooler_output", placed)
    return np.asarray(tensor.float().cpu().numpy(), np.float32)


def _unit(vector: NDArray[np.floating]) -> Vector:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)
