"""Import, commit, checkout, fork and export as plain functions, without a window."""

import numpy as np
import pytest

from infinite_studio.audio.reading import read_audio
from infinite_studio.history.store import MissingObjectError
from infinite_studio.progress import Silence
from infinite_studio.project.mixdown import program_of
from infinite_studio.project.steps import MoveClip, SetGain, SetMuted
from infinite_studio.services import projects
from infinite_studio.services.committing import NoMessageError, commit_project, project_at
from infinite_studio.services.exporting import estimate_export_bytes, export
from infinite_studio.services.rendering import NothingToRenderError
from infinite_studio.services.values import ExportRequest, ExportWhat
from infinite_studio.services.versions import begin_branch, commit_working, go_to, request_for

SILENT = Silence()


def db(samples) -> float:
    return 20 * np.log10(max(float(np.abs(samples).max()), 1e-12))


def heard(project, studio):
    return program_of(project, studio.bank.samples).mix(0, project.length_frames)


@pytest.fixture
def opened(studio, song_file):
    projects.new_project("Test", studio)
    projects.add_file("Test", song_file, studio, SILENT)
    return projects.open_project("Test", studio)


def test_an_imported_file_is_kept_byte_exact(opened, studio, song_file):
    ((_, clip),) = opened.project.clips()
    assert studio.library.read_object(clip.object_id) == song_file.read_bytes()


def test_an_imported_file_sounds_like_the_file(opened, studio, song_file):
    from infinite_studio.audio.resampling import resample

    expected = resample(read_audio(song_file), 48_000).samples
    mixed = heard(opened.project, studio)
    assert abs(len(mixed) - len(expected)) <= 1
    frames = min(len(mixed), len(expected)) - 2_000
    assert db(mixed[2_000:frames] - expected[2_000:frames]) < -90, "one resampler, streamed and whole"


def test_the_first_file_gives_an_empty_project_its_tempo(opened):
    assert opened.project.tempo_bpm == pytest.approx(120.0, abs=0.5)


def test_a_commit_holds_mixdown_stems_and_recipe(opened, studio):
    commit = commit_project(request_for(opened, "First"), studio, SILENT).commit
    assert commit.message == "First"
    assert commit.tempo_bpm == opened.project.tempo_bpm
    assert [stem.recipe.engine for stem in commit.stems] == ["import"]
    rendered = read_audio(studio.library.object_path(commit.mixdown_object_id)).samples
    assert db(rendered - heard(opened.project, studio)) < -120, "24 bits are −144 dB"


def test_going_back_brings_exactly_the_earlier_sound(opened, studio):
    before = heard(opened.project, studio)
    first = commit_project(request_for(opened, "First"), studio, SILENT).commit
    (track,), (_, clip) = opened.project.tracks, next(opened.project.clips())
    changed = SetGain(track.track_id, -6.0).apply(
        MoveClip(clip.clip_id, track.track_id, 9_600).apply(opened.project)
    )
    projects.save_working(opened.repository.repository_id, changed, first.commit_id, studio)
    second = commit_working("Test", "Second", studio, SILENT).commit
    assert second.parent_ids == (first.commit_id,)
    assert not np.array_equal(
        heard(project_at(second.commit_id, studio, SILENT), studio)[: len(before)], before
    )
    np.testing.assert_array_equal(
        heard(go_to("Test", first.short_id, studio, SILENT).project, studio), before
    )


def test_going_elsewhere_keeps_unsaved_work_on_a_branch(opened, studio):
    first = commit_project(request_for(opened, "First"), studio, SILENT).commit
    changed = SetMuted(opened.project.tracks[0].track_id, muted=True).apply(opened.project)
    projects.save_working(opened.repository.repository_id, changed, first.commit_id, studio)
    kept = go_to("Test", "main", studio, SILENT).kept
    assert kept is not None
    assert kept.branch.startswith("kept/")
    assert project_at(kept.commit.commit_id, studio, SILENT).tracks[0].muted
    assert studio.library.branch(opened.repository.repository_id, "main").commit_id == first.commit_id


def test_unsaved_work_is_kept_twice_within_a_second(opened, studio):
    first = commit_project(request_for(opened, "First"), studio, SILENT).commit
    kept = set()
    for muted in (True, False):
        changed = SetMuted(opened.project.tracks[0].track_id, muted=muted).apply(opened.project)
        changed = SetGain(opened.project.tracks[0].track_id, -3.0).apply(changed)
        projects.save_working(opened.repository.repository_id, changed, first.commit_id, studio)
        kept.add(go_to("Test", "main", studio, SILENT).kept.branch)
    assert len(kept) == 2


def test_a_commit_after_going_back_grows_a_branch_of_its_own(opened, studio):
    first = commit_project(request_for(opened, "First"), studio, SILENT).commit
    commit_working("Test", "Second", studio, SILENT)
    go_to("Test", first.short_id, studio, SILENT)
    third = commit_working("Test", "Third", studio, SILENT)
    assert third.branch == "main-2"
    assert third.commit.parent_ids == (first.commit_id,)


def test_a_branch_begins_where_it_is_asked_to(opened, studio):
    first = commit_project(request_for(opened, "First"), studio, SILENT).commit
    commit_working("Test", "Second", studio, SILENT)
    assert begin_branch("Test", "idea", first.short_id, studio).commit_id == first.commit_id


def test_a_fork_begins_with_the_original_commit(opened, studio):
    first = commit_project(request_for(opened, "First"), studio, SILENT).commit
    fork = projects.fork(first.commit_id, "Fork", studio)
    assert fork.repository.forked_from == first.commit_id
    np.testing.assert_array_equal(heard(fork.project, studio), heard(opened.project, studio))
    forked = commit_project(request_for(fork, "Forked on"), studio, SILENT).commit
    assert forked.parent_ids == (first.commit_id,)


def test_a_commit_needs_a_message(opened, studio):
    with pytest.raises(NoMessageError):
        commit_project(request_for(opened, "  "), studio, SILENT)


def test_unsaved_work_is_there_at_the_next_opening(opened, studio):
    changed = SetMuted(opened.project.tracks[0].track_id, muted=True).apply(opened.project)
    projects.save_working(opened.repository.repository_id, changed, None, studio)
    again = projects.open_project("Test", studio)
    assert again.project == changed
    assert again.committed != changed


def test_an_export_is_what_is_heard(opened, studio, tmp_path):
    request = ExportRequest(ExportWhat.MIXDOWN, tmp_path, "out", ".wav", 32)
    (path,) = export(opened.project, request, studio, SILENT).paths
    np.testing.assert_array_equal(read_audio(path).samples, np.clip(heard(opened.project, studio), -1, 1))


def test_exported_stems_sum_to_the_mixdown(opened, studio, song_file, tmp_path):
    projects.add_file("Test", song_file, studio, SILENT)
    project = projects.open_project("Test", studio).project
    for track in project.tracks:
        project = SetGain(track.track_id, -12.0).apply(project)
    request = ExportRequest(ExportWhat.STEMS, tmp_path / "stems", "out", ".flac", 24)
    paths = export(project, request, studio, SILENT).paths
    assert len(set(paths)) == 2
    total = sum(read_audio(path).samples.astype(np.float64) for path in paths)
    assert db(total - heard(project, studio)) < -120


def test_an_export_of_a_range_is_exactly_that_range(opened, studio, tmp_path):
    request = ExportRequest(ExportWhat.MIXDOWN, tmp_path, "loop", ".wav", 32, frame_range=(24_000, 72_000))
    (path,) = export(opened.project, request, studio, SILENT).paths
    np.testing.assert_array_equal(read_audio(path).samples, heard(opened.project, studio)[24_000:72_000])


def test_an_export_never_overwrites(opened, studio, tmp_path):
    request = ExportRequest(ExportWhat.MIXDOWN, tmp_path, "out")
    first, second = (export(opened.project, request, studio, SILENT).paths[0] for _ in range(2))
    assert first != second
    assert first.read_bytes() == second.read_bytes()


def test_the_estimated_size_is_no_less_than_the_file(opened, studio, tmp_path):
    request = ExportRequest(ExportWhat.MIXDOWN, tmp_path, "out", ".wav", 24)
    (path,) = export(opened.project, request, studio, SILENT).paths
    assert path.stat().st_size <= estimate_export_bytes(opened.project, request) <= path.stat().st_size * 1.02


def test_an_empty_project_is_not_exported(studio, tmp_path):
    empty = projects.new_project("Empty", studio).project
    with pytest.raises(NothingToRenderError):
        export(empty, ExportRequest(ExportWhat.MIXDOWN, tmp_path, "out"), studio, SILENT)
    assert not list(tmp_path.glob("out*"))


def test_a_deleted_cache_is_made_again_from_the_objects(opened, studio):
    before = heard(opened.project, studio)
    for file in (studio.folders.cache / "decoded").iterdir():
        file.unlink()
    fresh = type(studio.bank)(studio.library, studio.folders.cache / "decoded")
    ((_, clip),) = opened.project.clips()
    fresh.prepare(clip.object_id)
    again = program_of(opened.project, fresh.samples).mix(0, opened.project.length_frames)
    np.testing.assert_array_equal(again, before)


def test_an_object_that_is_gone_is_named_and_nothing_breaks(opened, studio):
    with pytest.raises(MissingObjectError):
        studio.bank.prepare("0" * 64)
