"""What works on this machine and why not, one check a subject; nothing here raises."""

import logging
import platform
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from infinite_studio.audio.audio import Audio
from infinite_studio.errors import StudioError
from infinite_studio.settings.folders import Folders

logger = logging.getLogger(__name__)

LOW_DISK_BYTES = 2 * 2**30


@dataclass(frozen=True)
class Check:
    """Whether something works, and a sentence that says what was seen."""

    works: bool
    reason: str


def examine(folders: Folders) -> Mapping[str, Check]:
    """Check every subject; a subject that breaks its check is reported as not working."""
    subjects: dict[str, Callable[[], Check]] = {
        "python": _python,
        "torch": _torch,
        "device": _device,
        "sound_card": _sound_card,
        "codecs": _codecs,
        "library": lambda: _library(folders),
        "disk": lambda: _disk(folders),
    }
    return {name: _examined(check) for name, check in subjects.items()}


def _examined(check: Callable[[], Check]) -> Check:
    try:
        return check()
    except StudioError as error:
        return Check(works=False, reason=f"{error} {error.hint}".strip())
    except Exception as error:
        logger.exception("A check of the doctor failed.")
        return Check(works=False, reason=f"{type(error).__name__}: {error}")


def _python() -> Check:
    works = sys.version_info >= (3, 11)
    return Check(works, f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")


def _torch() -> Check:
    from infinite_studio.engines.device import torch_version

    version = torch_version()
    if version is None:
        return Check(
            works=False, reason="torch is not installed; the built-in composer and splitter do without it."
        )
    return Check(works=True, reason=f"torch {version}")


def _device() -> Check:
    from infinite_studio.engines.device import test_device

    report = test_device()
    return Check(report.works, f"{report.label}{'. ' + report.reason if report.reason else ''}")


def _sound_card() -> Check:
    from infinite_studio.soundcard.devices import output_devices

    devices = output_devices()
    if not devices:
        return Check(works=False, reason="No sound output was found; the studio plays silently.")
    default = next((device for device in devices if device.is_default), devices[0])
    return Check(
        works=True, reason=f"{default.name}, {default.default_sample_rate:g} Hz ({len(devices)} outputs)"
    )


def _codecs() -> Check:
    from infinite_studio.audio.reading import read_audio
    from infinite_studio.audio.writing import SoundFormat, write_audio

    tone = Audio.of(0.1 * np.sin(np.arange(4_800) / 8.0), 48_000)
    read: list[str] = []
    with TemporaryDirectory() as folder:
        for sound_format in SoundFormat:
            path = Path(folder) / f"tone.{sound_format.value}"
            write_audio(path, tone)
            read_audio(path)
            read.append(sound_format.value.upper())
    import av

    containers = [name.upper() for name in ("aac", "opus", "vorbis") if name in av.codecs_available]
    return Check(
        works=True,
        reason=f"reads and writes {', '.join(read)}; reads {', '.join(containers)} in MP4 and WebM",
    )


def _library(folders: Folders) -> Check:
    from infinite_studio.services.studio import opened_studio

    with opened_studio(folders) as studio:
        count = len(studio.library.repositories())
        how = "read-only, another instance has it open" if studio.library.is_read_only else "writable"
    return Check(works=True, reason=f"{folders.library}: {how}, {count} projects")


def _disk(folders: Folders) -> Check:
    folders.ensure()
    free = shutil.disk_usage(folders.library).free
    works = free >= LOW_DISK_BYTES
    return Check(works, f"{free / 1e9:.1f} GB free" + ("" if works else "; exports and imports may fail"))
