"""From sound files to files of stems, one or hundreds: the good ones are done, the bad ones are named."""

from collections.abc import Sequence
from pathlib import Path

from infinite_studio.audio.files import made_folder, safe_filename, unused_path
from infinite_studio.audio.reading import UnreadableSoundError
from infinite_studio.engines.base import Separator
from infinite_studio.engines.registry import Registry
from infinite_studio.errors import StudioError
from infinite_studio.progress import Part, Progress, Silence
from infinite_studio.services.importing import analyse_path
from infinite_studio.services.listening_files import analysis_of_file
from infinite_studio.services.split_files import (
    FailedFile,
    FilesReport,
    FilesRequest,
    NothingToSplitError,
    SplitFile,
    sound_files_in,
)
from infinite_studio.services.splitting import Spooled, spooled_split, write_stem
from infinite_studio.services.stem_names import needs_analysis, stem_title


def split_files(request: FilesRequest, separators: Registry[Separator], progress: Progress) -> FilesReport:
    """Split files one after another; shares a `SplitFile` or a `FailedFile` after each.

    Cancelling keeps the files that are finished. A separator that does not exist and weights that are missing
    stop everything at once, because no file could be split without them.
    """
    separators.get(request.wish.separator)
    paths = sound_files_in(request.paths)
    if not paths:
        raise NothingToSplitError
    with made_folder(request.folder):
        return _split_each(paths, request, separators, progress)


def split_file(
    path: Path, request: FilesRequest, separators: Registry[Separator], progress: Progress
) -> SplitFile:
    """Split one file; all of its stems are written, or none."""
    part = Part(progress, 0.0, 0.85)
    with (
        made_folder(request.folder),
        spooled_split(path, request.wish, separators, request.folder, part) as spooled,
    ):
        return _written(path, spooled, request, Part(progress, 0.85, 1.0))


def _split_each(
    paths: Sequence[Path], request: FilesRequest, separators: Registry[Separator], progress: Progress
) -> FilesReport:
    done: list[SplitFile] = []
    failed: list[FailedFile] = []
    for index, path in enumerate(paths):
        part = Part(progress, index / len(paths), (index + 1) / len(paths))
        part.report(0.0, f"{index + 1} of {len(paths)}: {path.name}")
        try:
            done.append(split_file(path, request, separators, part))
            progress.share(done[-1])
        except StudioError as error:
            if error.remedy:
                raise
            failed.append(FailedFile(path, str(error), error.hint))
            progress.share(failed[-1])
    return FilesReport(tuple(done), tuple(failed))


def _written(path: Path, spooled: Spooled, request: FilesRequest, progress: Progress) -> SplitFile:
    tempo_bpm, key = _heard(path, request)
    written: dict[str, Path] = {}
    try:
        for index, (name, stem) in enumerate(spooled.parts.items()):
            share = Part(progress, index / len(spooled.parts), (index + 1) / len(spooled.parts))
            share.report(0.0, "Writing the stems")
            called = name if name != "rest" else spooled.rest_label
            title = stem_title(request.template, title=path.stem, stem=called, tempo_bpm=tempo_bpm, key=key)
            target = unused_path(request.folder / safe_filename(title, f".{request.sound_format.value}"))
            write_stem(target, stem, request.sound_format, share)
            written[name] = target
    except BaseException:
        for target in written.values():
            target.unlink(missing_ok=True)
        raise
    silent = tuple(name for name, stem in spooled.parts.items() if stem.is_silent)
    return SplitFile(path, written, silent)


def _heard(path: Path, request: FilesRequest) -> tuple[float | None, str | None]:
    """Return tempo and key where the template asks for them and the file allows it; what was said by hand wins."""
    if not needs_analysis(request.template):
        return None, None
    try:
        if request.library is not None:
            found = analysis_of_file(path, request.library, Silence())
        else:
            found = analyse_path(path, Silence())
    except UnreadableSoundError:
        return None, None
    return found.tempo_bpm, str(found.key) if found.key else None
