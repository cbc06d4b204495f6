"""What weights there are: where they come from, what they are for, what they cost, under which licence."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from infinite_studio.errors import StudioError
from infinite_studio.weights.published import PublishedFile

NON_COMMERCIAL = "CC-BY-NC 4.0"


class UnknownWeightsError(StudioError):
    """A name that is not in the catalogue."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There are no weights called “{name}”.", hint=f"There are {', '.join(sorted(CATALOGUE))}."
        )
        self.name = name


class WeightsUse(StrEnum):
    """What a musician would look for an entry under."""

    MUSIC = "Make music"
    STEMS = "Split into stems"
    SEARCH = "Find sounds"
    BEATS = "Follow the beat"
    PART = "Parts that others need"


@dataclass(frozen=True)
class WeightsEntry:
    """One thing that can be downloaded; sizes are what the repository held when the catalogue was written.

    ``needs`` names the entries without which this one is of no use; ``purpose`` is a phrase for a musician.
    ``memory_bytes`` is what a computer should have free to use it. ``other_layouts`` are files that do as well, by
    themselves, where they are already there; they are never downloaded. ``published`` says, file by file, where an
    entry that is not on the hub comes from; ``repository_id`` then names its authors' repository of code.
    """

    name: str
    label: str
    purpose: str
    download_bytes: int
    memory_bytes: int
    licence: str
    repository_id: str
    revision: str
    files: tuple[str, ...]
    needs: tuple[str, ...] = ()
    use: WeightsUse = WeightsUse.PART
    other_layouts: tuple[tuple[str, ...], ...] = ()
    published: tuple[PublishedFile, ...] = ()

    @property
    def is_for_non_commercial_use(self) -> bool:
        """Whether what is made with it may not be sold."""
        return self.licence == NON_COMMERCIAL


_MEGABYTE = 1_000_000
_MUSICGEN_FILES = ("state_dict.bin", "compression_state_dict.bin")
# What other programs download of the same repositories: T5 and codec are in the one file too.
_MUSICGEN_IN_ONE_FILE = ("config.json", "model.safetensors", "tokenizer.json")
_MUSICGEN = (
    ("small", "MusicGen small", "Makes music from a description; the fastest", 1077, 2000),
    ("medium", "MusicGen medium", "Makes music from a description; richer and slower", 3914, 5000),
    ("large", "MusicGen large", "Makes music from a description; the richest, for a strong computer", 6750, 9500),
    ("melody", "MusicGen melody", "Follows a hummed or played melody", 3006, 5000),
    ("melody-large", "MusicGen melody large", "Follows a melody; the richest, for a strong computer", 6580, 9500),
    ("stereo-small", "MusicGen stereo small", "Makes stereo music from a description", 876, 2200),
    ("stereo-medium", "MusicGen stereo medium", "Makes stereo music; richer and slower", 2840, 5200),
    ("stereo-large", "MusicGen stereo large", "Makes stereo music; the richest, for a strong computer", 6650, 9800),
    ("stereo-melody", "MusicGen stereo melody", "Follows a melody, in stereo", 2840, 5200),
    ("stereo-melody-large", "MusicGen stereo melody large", "Follows a melody, in stereo; the richest", 6650, 9800),
)  # fmt: skip
_DEMUCS = (
    ("htdemucs", "HTDemucs", "Splits into drums, bass, vocals and other; the standard", 84, 1500, ("955717e8",)),
    ("htdemucs_ft", "HTDemucs fine-tuned", "Splits a little cleaner and four times slower", 336, 2000, ("f7e0c4bc", "d12395a8", "92cfc3b6", "04573f0d")),
    ("htdemucs_6s", "HTDemucs six stems", "Splits off guitar and piano too", 55, 1500, ("5c90dfd2",)),
    ("hdemucs_mmi", "Hybrid Demucs", "Splits into four stems; the older hybrid model", 167, 2000, ("75fc33f5",)),
    ("mdx", "Demucs MDX", "Splits into four stems; the contest's model of 2021", 691, 2500, ("0d19c1c6", "7ecf8ec1", "c511e2ab", "7d865c68")),
    ("mdx_extra", "Demucs MDX extra", "The contest's model, trained with more songs", 669, 2500, ("e51eebcc", "a1d90b5c", "5d2d6c55", "cfa93e08")),
    ("mdx_q", "Demucs MDX, compressed", "The contest's model, smaller; needs the package diffq", 113, 2500, ("6b9c2ca1", "b72baf4e", "42e558d4", "305bc58f")),
    ("mdx_extra_q", "Demucs MDX extra, compressed", "Trained with more songs, smaller; needs the package diffq", 110, 2500, ("83fc094f", "464b36d7", "14fc6a69", "7fd6ef75")),
)  # fmt: skip
_BEATS = (
    ("beat-this", "Beat This!", "Hears beats and bars, more surely than the built-in estimator", 550, "final0",
     81_058_141, "8c328b45f59d8dd3dff219253ff6a8d6482be57d0133a29140e2febbf8eb8331"),
    ("beat-this-small", "Beat This! small", "Hears beats and bars; a tenth of the size, a little less sure", 400, "small0",
     8_451_101, "6074be2c4d490c5f6101fcc374a1ec72ae93456e23bb6019783b849f5dc7d47b"),
)  # fmt: skip
_BEATS_FOLDER = "https://cloud.cp.jku.at/public.php/dav/files/7ik4RrBKTS273gp"
_BEATS_PAGE = "https://cloud.cp.jku.at/index.php/s/7ik4RrBKTS273gp"
_OTHERS = (
    WeightsEntry("t5-base", "T5 base", "Reads descriptions for MusicGen", 894 * _MEGABYTE, 900 * _MEGABYTE,
                 "Apache 2.0", "google-t5/t5-base", "main",
                 ("config.json", "model.safetensors", "spiece.model", "tokenizer.json")),
    WeightsEntry("encodec-32khz", "EnCodec 32 kHz", "Turns MusicGen's tokens into sound", 236 * _MEGABYTE, 400 * _MEGABYTE,
                 NON_COMMERCIAL, "facebook/encodec_32khz", "main",
                 ("config.json", "model.safetensors", "preprocessor_config.json")),
    WeightsEntry("clap-music", "CLAP for music", "Says how well a sound fits a description", 776 * _MEGABYTE, 1200 * _MEGABYTE,
                 "Apache 2.0", "laion/larger_clap_music", "main",
                 ("config.json", "merges.txt", "model.safetensors", "preprocessor_config.json",
                  "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json", "vocab.json"), (), WeightsUse.SEARCH),
)  # fmt: skip


def _musicgen(variant: str, label: str, purpose: str, megabytes: int, memory_megabytes: int) -> WeightsEntry:
    return WeightsEntry(
        name=f"musicgen-{variant}",
        label=label,
        purpose=purpose,
        download_bytes=megabytes * _MEGABYTE,
        memory_bytes=memory_megabytes * _MEGABYTE,
        licence=NON_COMMERCIAL,
        repository_id=f"facebook/musicgen-{variant}",
        revision="main",
        files=_MUSICGEN_FILES,
        needs=("t5-base", "encodec-32khz"),
        use=WeightsUse.MUSIC,
        other_layouts=(_MUSICGEN_IN_ONE_FILE,),
    )


def _demucs(
    name: str, label: str, purpose: str, megabytes: int, memory_megabytes: int, signatures: tuple[str, ...]
) -> WeightsEntry:
    variant = name.removeprefix("htdemucs_")
    repository = (
        "HTDemucs" if name == "htdemucs" else f"HTDemucs-{variant}" if variant != name else f"Demucs-{name}"
    )
    return WeightsEntry(
        name=name,
        label=label,
        purpose=purpose,
        download_bytes=megabytes * _MEGABYTE,
        memory_bytes=memory_megabytes * _MEGABYTE,
        licence="MIT",
        repository_id=f"adefossez/{repository}",
        revision="main",
        files=(f"{name}.yaml", *(f"{signature}.safetensors" for signature in signatures)),
        use=WeightsUse.STEMS,
    )


def _beats(
    name: str,
    label: str,
    purpose: str,
    memory_megabytes: int,
    checkpoint: str,
    size_bytes: int,
    sha256: str,
) -> WeightsEntry:
    file, torch_name = f"{checkpoint}.ckpt", f"beat_this-{checkpoint}.ckpt"
    return WeightsEntry(
        name=name,
        label=label,
        purpose=purpose,
        download_bytes=size_bytes,
        memory_bytes=memory_megabytes * _MEGABYTE,
        licence="MIT",
        repository_id="CPJKU/beat_this",
        revision=sha256[:12],
        files=(file,),
        use=WeightsUse.BEATS,
        other_layouts=((torch_name,),),
        published=(PublishedFile(f"{_BEATS_FOLDER}/{file}", _BEATS_PAGE, size_bytes, sha256, torch_name),),
    )


CATALOGUE: Mapping[str, WeightsEntry] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            *(_musicgen(*row) for row in _MUSICGEN),
            *(_demucs(*row) for row in _DEMUCS),
            *(_beats(*row) for row in _BEATS),
            *_OTHERS,
        )
    }
)


def entry_named(name: str) -> WeightsEntry:
    """Return the entry of this name; raise `UnknownWeightsError` where there is none."""
    if name not in CATALOGUE:
        raise UnknownWeightsError(name)
    return CATALOGUE[name]
