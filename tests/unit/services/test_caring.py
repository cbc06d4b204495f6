"""Damage is named and repaired, garbage goes, and what can be made again makes room."""

import pytest

from infinite_studio.music.stems import StemType
from infinite_studio.progress import OperationCancelled, Silence
from infinite_studio.project.steps import SetGain
from infinite_studio.services import caring
from infinite_studio.services.sharing import export_project_bundle

SILENT = Silence()


@pytest.fixture
def commit(beat):
    """A version with a rendered bass."""
    beat.change(SetGain(beat.track(StemType.BASS).track_id, -6.0))
    return beat.commit("Quieter").commit


def flip(studio, object_id: str) -> None:
    path = studio.library.object_path(object_id)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def bass_of(commit) -> str:
    return next(stem.object_id for stem in commit.stems if stem.stem_type is StemType.BASS)


def test_a_sound_library_has_nothing_to_complain_about(commit, studio):
    report = caring.check_library(studio, SILENT)
    assert report.damages == ()
    assert report.objects_checked > 4


def test_one_flipped_bit_is_named_with_the_versions_it_touches(commit, studio):
    flip(studio, bass_of(commit))
    (damage,) = caring.check_library(studio, SILENT).damages
    assert damage.what_id == bass_of(commit)
    assert damage.affected_commit_ids == (commit.commit_id,)


def test_damaged_and_missing_stems_are_made_again_from_their_recipes(commit, studio):
    for stem in commit.stems:
        flip(studio, stem.object_id)
    source = next(s for s in commit.stems if s.stem_type is StemType.BASS).recipe.input_object_ids[0]
    studio.library.object_path(source).unlink()
    report = caring.repair_library(studio, SILENT)
    assert report.still_missing_ids == ()
    assert caring.check_library(studio, SILENT).damages == ()


def test_a_lost_mixdown_is_mixed_again(commit, studio):
    studio.library.object_path(commit.mixdown_object_id).unlink()
    report = caring.repair_library(studio, SILENT)
    assert report.repaired_object_ids == (commit.mixdown_object_id,)
    assert report.still_missing_ids == ()
    assert studio.library.verify_object(commit.mixdown_object_id)


def test_an_imported_file_comes_back_from_a_bundle_and_only_from_there(desk, studio, song_file, tmp_path):
    from infinite_studio.services.projects import add_file

    add_file("Tape", song_file, studio, SILENT)
    commit = desk.commit("Song").commit
    bundle = export_project_bundle(
        desk.opened.repository.repository_id, tmp_path / "b.studio", studio, SILENT
    )
    song = commit.stems[0].object_id
    flip(studio, song)
    assert caring.repair_library(studio, SILENT).still_missing_ids == (song,)
    assert caring.repair_library(studio, SILENT, (bundle.path,)).still_missing_ids == ()
    assert studio.library.read_object(song) == song_file.read_bytes()


def test_a_repair_can_be_cancelled_while_a_sound_is_made_again(commit, studio):
    class Impatient(Silence):
        def report(self, fraction: float, stage: str = "") -> None:
            if stage == "Composing":
                raise OperationCancelled

    studio.library.object_path(commit.stems[0].object_id).unlink()
    with pytest.raises(OperationCancelled):
        caring.repair_library(studio, Impatient())


def test_a_dry_run_says_what_would_go_and_removes_nothing(beat, commit, studio):
    lost = studio.bank.store(_hum())
    dry = caring.collect(studio, SILENT, dry_run=True, grace_days=0)
    assert lost in dry.object_ids
    assert studio.library.verify_object(lost)
    kept = caring.collect(studio, SILENT, dry_run=False, grace_days=0, keep=frozenset({lost}))
    assert lost not in kept.object_ids
    gone = caring.collect(studio, SILENT, dry_run=False, grace_days=0)
    assert gone.object_ids == (lost,)
    assert caring.check_library(studio, SILENT).damages == ()


def test_what_is_young_is_kept(beat, studio):
    before = caring.collect(studio, SILENT, dry_run=True).kept_young
    hum = studio.bank.store(_hum())
    report = caring.collect(studio, SILENT, dry_run=False)
    assert (report.object_ids, report.kept_young) == ((), before + 1)
    assert studio.library.verify_object(hum)


def test_a_budget_drops_only_what_comes_back_exactly(beat, commit, studio):
    beat.compose(seed=2)
    beat.commit("Another take")
    before = studio.library.size_bytes()
    dry = caring.disk_budget(studio, SILENT, budget_bytes=0, dry_run=True)
    assert studio.library.size_bytes() == before
    budget = caring.disk_budget(studio, SILENT, budget_bytes=0, dry_run=False)
    assert budget.dropped.object_ids == dry.dropped.object_ids
    assert bass_of(commit) in budget.dropped.object_ids
    log_of_the_database = 64_000
    assert budget.size_bytes <= before - budget.dropped.bytes_freed + log_of_the_database
    from infinite_studio.services.committing import project_at
    from infinite_studio.services.restoring import prepare_stem

    project_at(commit.commit_id, studio, SILENT)
    for stem in commit.stems:
        assert prepare_stem(stem, studio, SILENT) > 0
        assert studio.library.verify_object(stem.object_id)


def test_a_backup_is_made_when_something_changed_and_not_again_at_once(beat, studio):
    path = caring.back_up(studio)
    assert path.is_file()
    assert caring.back_up_if_due(studio) is None


def _hum():
    import numpy as np

    from infinite_studio.audio.audio import Audio

    return Audio.of(0.1 * np.sin(np.arange(4_800) / 20)[:, np.newaxis].repeat(2, axis=1), 48_000)
