"""Extend a sound to hours: shown before it starts, verified when it is done."""

from pathlib import Path

from infinite_studio.audio.audio import Audio
from infinite_studio.audio.files import free_bytes, require_free
from infinite_studio.audio.loop_tags import LoopTags, read_loop_tags
from infinite_studio.audio.reading import read_audio
from infinite_studio.audio.runs import LongSound
from infinite_studio.looping.estimating import estimate
from infinite_studio.looping.form import LoopForm
from infinite_studio.looping.formats import FileKind, format_of
from infinite_studio.looping.rendering import sections_of
from infinite_studio.looping.targets import Plan, plan_of
from infinite_studio.looping.writing import NameTakenError, write_runs
from infinite_studio.progress import Part, Progress
from infinite_studio.services.looping_shape import Shaped, form_of, shaped, with_loudness
from infinite_studio.services.looping_values import Extended, ExtendPreview, ExtendRequest


def extend_file(source: Path, request: ExtendRequest, progress: Progress) -> Extended:
    """Extend a sound file."""
    format_of(request.output)
    if request.output.exists():
        raise NameTakenError(request.output)
    audio = read_audio(source, Part(progress, 0.0, 0.03))
    return extend_audio(audio, request, Part(progress, 0.03, 1.0), read_loop_tags(source))


def extend_audio(
    audio: Audio, request: ExtendRequest, progress: Progress, tags: LoopTags | None = None
) -> Extended:
    """Extend a sound; what is missing in the request is found."""
    kind = FileKind(format_of(request.output), request.bit_depth)
    loop, gain_db, note = _prepared(audio, request, kind, Part(progress, 0.0, 0.1), tags)
    form = form_of(loop, request.shape)
    plan = _plan(form, request)
    preview = _preview(loop, form, plan, kind, request.output)
    require_free(request.output.parent, preview.size_bytes)
    seams = [form.intro_frames + number * form.round_frames for number in range(1, plan.rounds)]
    unfaded = (plan.fade_in_frames, plan.n_frames - plan.fade_out_frames)
    reach = form.sample_rate // 4
    written = write_runs(
        request.output,
        kind,
        LongSound(sections_of(form, plan), form.sample_rate, form.n_channels),
        Part(progress, 0.1, 1.0),
        needed_bytes=preview.size_bytes,
        seam_frames=[seam for seam in seams if unfaded[0] + reach <= seam <= unfaded[1] - reach],
        loop_tags=_tags(form, loop) if request.with_loop_tags else None,
        texts=request.texts,
    )
    return Extended(
        written.path,
        preview,
        written.verified,
        written.size_bytes,
        written.clipped_samples,
        written.repaired_samples,
        gain_db,
        tuple(filter(None, (note,))),
    )


def preview_extension(
    audio: Audio, request: ExtendRequest, progress: Progress, tags: LoopTags | None = None
) -> ExtendPreview:
    """Return what an extension will be: length, rounds, size, time and free disk, without writing it."""
    kind = FileKind(format_of(request.output), request.bit_depth)
    loop = shaped(audio, request.shape, kind, Part(progress, 0.0, 0.9), tags)
    form = form_of(loop, request.shape)
    return _preview(loop, form, _plan(form, request), kind, request.output)


def _prepared(
    audio: Audio, request: ExtendRequest, kind: FileKind, progress: Progress, tags: LoopTags | None
) -> tuple[Shaped, float, str]:
    loop = shaped(audio, request.shape, kind, Part(progress, 0.0, 0.8), tags)
    if request.loudness_lufs is None:
        return loop, 0.0, ""
    return with_loudness(loop, request.loudness_lufs, Part(progress, 0.8, 1.0))


def _plan(form: LoopForm, request: ExtendRequest) -> Plan:
    return plan_of(
        form,
        request.target,
        fade_in_seconds=request.fade_in_seconds,
        fade_out_seconds=request.fade_out_seconds,
    )


def _preview(loop: Shaped, form: LoopForm, plan: Plan, kind: FileKind, output: Path) -> ExtendPreview:
    expected, rate = estimate(form, plan, kind), form.sample_rate
    return ExtendPreview(
        duration_seconds=plan.n_frames / rate,
        rounds=plan.rounds,
        loop_seconds=form.round_frames / rate,
        crossfade_seconds=form.crossfade_frames / rate,
        correlation=form.correlation,
        size_bytes=expected.size_bytes,
        seconds=expected.seconds,
        free_bytes=free_bytes(output.parent),
        loop_format=kind.loop_format,
        start_seconds=loop.start_frame / rate,
        end_seconds=loop.end_frame / rate,
    )


def _tags(form: LoopForm, loop: Shaped) -> LoopTags:
    return LoopTags(form.intro_frames, form.round_frames, loop.beats, loop.tempo_bpm)
