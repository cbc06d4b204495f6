"""The one place that knows how audiocraft 1.3.0 imports beside a modern torch."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from infinite_studio.errors import StudioError


class ModelsMissingError(StudioError):
    """The libraries that networks need are not installed or do not load."""

    def __init__(self, cause: Exception) -> None:
        super().__init__(
            f"MusicGen cannot run here: its libraries do not load ({cause}).",
            hint="Install the studio again with its models; see the README.",
        )


class _LowerTriangularMask:
    """Stands for a causal mask: audiocraft only looks whether there is one."""


def open_audiocraft() -> ModuleType:
    """Return the package, imported with what it lacks; later calls cost nothing.

    Raises
    ------
    ModelsMissingError
        If torch or audiocraft are missing or broken.
    """
    if "audiocraft.models" not in sys.modules:
        try:
            with quiet(), _without_spacy():
                _stand_in_for_xformers()
                import audiocraft.models  # noqa: F401 - loads its parts
                from transformers.utils import logging as transformers_logging

                transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        except (ImportError, OSError) as error:
            raise ModelsMissingError(error) from error
    return sys.modules["audiocraft"]


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the warnings and the chatter of old libraries away while they load or run."""
    import logging

    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


@contextmanager
def _without_spacy() -> Iterator[None]:
    """Spare the seconds that spaCy takes: audiocraft needs it for conditioners that no MusicGen has."""
    if "spacy" in sys.modules:
        yield
        return
    sys.modules["spacy"] = ModuleType("spacy")
    try:
        yield
    finally:
        del sys.modules["spacy"]


def _stand_in_for_xformers() -> None:
    """Offer the three names that audiocraft imports; with torch's attention none of them computes anything."""
    import torch

    if "xformers" in sys.modules:
        return
    package, operations = ModuleType("xformers"), ModuleType("xformers.ops")
    package.__spec__ = ModuleSpec("xformers", loader=None, is_package=True)
    operations.__spec__ = ModuleSpec("xformers.ops", loader=None)
    package.__path__ = []
    names: dict[str, Any] = {
        "unbind": torch.unbind,
        "LowerTriangularMask": _LowerTriangularMask,
        "memory_efficient_attention": torch.nn.functional.scaled_dot_product_attention,
    }
    operations.__dict__.update(names)
    package.__dict__["ops"] = operations
    sys.modules["xformers"], sys.modules["xformers.ops"] = package, operations
