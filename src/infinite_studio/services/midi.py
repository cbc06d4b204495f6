"""Takes as MIDI files: one file a stem in a folder, or all stems as the tracks of one file."""

from collections.abc import Mapping
from pathlib import Path

from infinite_studio.audio.files import make_folder, safe_filename, unused_path
from infinite_studio.errors import StudioError
from infinite_studio.music.key import Key
from infinite_studio.music.midi import write_midi
from infinite_studio.music.note import Note
from infinite_studio.music.stems import StemType

MIDI_SUFFIXES = (".mid", ".midi")

Notes = Mapping[StemType, tuple[Note, ...]]


class NothingToWriteError(StudioError):
    """A take that plays no notes."""

    def __init__(self) -> None:
        super().__init__(
            "There are no notes to write.",
            hint="Export the sound instead, or generate with more instruments.",
        )


def export_midi(
    notes: Notes, tempo_bpm: float, key: Key | None, target: Path, title: str = ""
) -> tuple[Path, ...]:
    """Write what the stems play; a target with a MIDI suffix is one file, any other a folder for one file a stem.

    With a title, files in a folder carry it and none is overwritten; without, they are called after their stems.

    Raises
    ------
    NothingToWriteError
        If no stem plays a note.
    MidiError
        If a file cannot be written; none is left then.
    """
    playing = {stem.value: part for stem, part in notes.items() if part}
    if not playing:
        raise NothingToWriteError
    if target.suffix.lower() in MIDI_SUFFIXES:
        files = {target: playing}
    else:
        files = {_path_in(target, name, title): {name: part} for name, part in playing.items()}
    written: list[Path] = []
    try:
        for path, parts in files.items():
            make_folder(path.parent)
            write_midi(path, parts, tempo_bpm, key)
            written.append(path)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return tuple(written)


def _path_in(folder: Path, name: str, title: str) -> Path:
    if not title:
        return folder / f"{name}.mid"
    return unused_path(folder / safe_filename(f"{title} – {name}", ".mid"))
