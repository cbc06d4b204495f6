"""A pack for a stream: the sound, a video if there is a picture, chapters, and who made what under which terms."""

import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from infinite_studio.audio.files import TEMPORARY_PREFIX, atomic_path, make_folder, safe_filename, translated
from infinite_studio.looping.formats import LoopFormat, format_of
from infinite_studio.looping.video import write_video
from infinite_studio.looping.writing import NameTakenError
from infinite_studio.progress import Part, Progress
from infinite_studio.services.looping_extending import extend_file
from infinite_studio.services.looping_values import Extended, ExtendPreview, ExtendRequest

CHAPTER_SECONDS = 3_600.0
MIN_CHAPTER_SECONDS = 10.0


@dataclass(frozen=True)
class PackRequest:
    """What belongs to a pack.

    Parameters
    ----------
    extend : ExtendRequest
        The sound; its ``output`` names folder and format: ``pack/rain.flac`` makes the folder ``pack``.
    title : str
        What the stream is called.
    picture : Path or None
        A picture or a clip for the video; None for a pack without one.
    credits : tuple of str
        Lines about who made what.
    licences : tuple of str
        Lines about its terms.
    """

    extend: ExtendRequest
    title: str
    picture: Path | None = None
    credits: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pack:
    """A pack that was written."""

    folder: Path
    paths: tuple[Path, ...]
    extended: Extended


def make_pack(source: Path, request: PackRequest, progress: Progress) -> Pack:
    """Write a pack into a folder of its own, whole or not at all."""
    final = request.extend.output.parent
    if final.exists() and any(final.iterdir()):
        raise NameTakenError(final)
    make_folder(final.parent)
    working = final.parent / f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}"
    make_folder(working)
    try:
        inside = replace(request.extend, output=working / request.extend.output.name)
        extended = extend_file(source, inside, Part(progress, 0.0, 0.6))
        _add_video(source, request, extended, working, Part(progress, 0.6, 0.98))
        _add_texts(request, extended, working)
        if final.exists():
            final.rmdir()
        working.rename(final)
    except OSError as error:
        meaning = translated(error, final.parent)
        raise error if meaning is None else meaning from error
    finally:
        shutil.rmtree(working, ignore_errors=True)
    paths = tuple(sorted(final.iterdir()))
    return Pack(final, paths, replace(extended, path=final / extended.path.name))


def _add_video(
    source: Path, request: PackRequest, extended: Extended, folder: Path, progress: Progress
) -> None:
    if request.picture is None:
        return
    sound, is_extra = extended.path, format_of(extended.path) is not LoopFormat.M4A
    if is_extra:
        sound = folder / f"{TEMPORARY_PREFIX}sound.m4a"
        extend_file(source, replace(request.extend, output=sound), Part(progress, 0.0, 0.6))
    target = folder / safe_filename(request.title, ".mp4")
    with atomic_path(target) as temporary:
        write_video(
            temporary, request.picture, sound, extended.preview.duration_seconds, Part(progress, 0.6, 1.0)
        )
    if is_extra:
        sound.unlink()


def _add_texts(request: PackRequest, extended: Extended, folder: Path) -> None:
    chapters = chapter_lines(chapters_of(request.title, extended.preview))
    (folder / "chapters.txt").write_text("\n".join(chapters) + "\n", encoding="utf-8")
    (folder / "credits.txt").write_text(_credits_text(request, extended), encoding="utf-8")


def chapters_of(title: str, shown: ExtendPreview) -> list[tuple[float, str]]:
    """Return when chapters begin and what they are called: the intro, the loop, and every full hour."""
    found = [(0.0, title)]
    if shown.start_seconds >= MIN_CHAPTER_SECONDS:
        found = [(0.0, "Intro"), (shown.start_seconds, title)]
    hours = int(shown.duration_seconds / CHAPTER_SECONDS - MIN_CHAPTER_SECONDS / CHAPTER_SECONDS)
    return found + [(hour * CHAPTER_SECONDS, f"Hour {hour + 1}") for hour in range(1, hours + 1)]


def chapter_lines(chapters: Sequence[tuple[float, str]]) -> list[str]:
    """Return chapters as video sites read them: a clock time and a name a line."""
    lines = []
    for seconds, name in chapters:
        minutes, rest = divmod(int(seconds), 60)
        lines.append(f"{minutes // 60}:{minutes % 60:02d}:{rest:02d} {name}")
    return lines


def _credits_text(request: PackRequest, extended: Extended) -> str:
    shown = extended.preview
    lines = [request.title, ""]
    lines += list(request.credits) or ["Made with Infinite Studio."]
    lines += ["", f"Loop: {shown.loop_seconds:.3f} s, played {shown.rounds} times."]
    lines += ["", "Licences:", *(request.licences or ("The source file's own licence.",))]
    return "\n".join(lines) + "\n"
