"""A project on its way to another machine and back."""

from pathlib import Path

import numpy as np
import pytest

from infinite_studio.history.reports import BundleReport
from infinite_studio.progress import Silence
from infinite_studio.project.steps import SetGain
from infinite_studio.services import projects
from infinite_studio.services.sharing import (
    BundleRange,
    bundle_sentence,
    commits_of_range,
    export_project_bundle,
    import_project_bundle,
    suggested_bundle_path,
)

SILENT = Silence()


def sent(beat, studio, tmp_path):
    report = export_project_bundle(
        beat.opened.repository.repository_id, tmp_path / "out" / "Tape", studio, SILENT
    )
    assert report.path.suffix == ".studio"
    return report


def test_a_project_sounds_the_same_on_another_machine(beat, studio, other_studio, tmp_path):
    beat.change(SetGain(beat.project.tracks[0].track_id, -6.0))
    commit = beat.commit("Quieter").commit
    before = beat.heard()
    imported = import_project_bundle(sent(beat, studio, tmp_path).path, other_studio, SILENT)
    assert imported.new_commits == 2
    beat.studio, beat.name = other_studio, imported.repository_id
    other_studio.bank.prepare_all(frozenset(c.object_id for _, c in beat.project.clips()), SILENT)
    np.testing.assert_array_equal(beat.heard(), before)
    there = other_studio.library.commit_of(commit.commit_id)
    assert (there.author, there.created, there.stems) == (commit.author, commit.created, commit.stems)


def test_a_second_import_adds_nothing(beat, studio, other_studio, tmp_path):
    path = sent(beat, studio, tmp_path).path
    first = import_project_bundle(path, other_studio, SILENT)
    second = import_project_bundle(path, other_studio, SILENT)
    assert (second.repository_id, second.new_commits, second.new_objects) == (first.repository_id, 0, 0)
    assert len(other_studio.library.repositories()) == 1


def test_a_bundle_never_overwrites_another(beat, studio, tmp_path):
    assert sent(beat, studio, tmp_path).path != sent(beat, studio, tmp_path).path


def test_a_bundle_can_hold_only_some_versions(beat, studio, other_studio, tmp_path):
    beat.compose(seed=2)
    second = beat.commit("Second").commit
    whole = sent(beat, studio, tmp_path)
    repository_id = beat.opened.repository.repository_id
    part = export_project_bundle(repository_id, tmp_path / "part.studio", studio, SILENT, [second.commit_id])
    assert part.size_bytes < whole.size_bytes
    imported = import_project_bundle(part.path, other_studio, SILENT)
    opened = projects.open_project(imported.repository_id, other_studio)
    assert opened.base_commit_id == second.commit_id


def test_a_range_goes_from_one_version_to_another_and_its_sentence_says_so(beat, studio, tmp_path):
    beat.compose(seed=2)
    second = beat.commit("Second").commit
    beat.compose(seed=3)
    third = beat.commit("Third").commit
    middle = commits_of_range(BundleRange(second.commit_id, third.commit_id), studio)
    assert middle == (third.commit_id, second.commit_id)
    assert commits_of_range(BundleRange(None, third.commit_id), studio) == (*middle, *second.parent_ids)
    repository_id = beat.opened.repository.repository_id
    report = export_project_bundle(repository_id, tmp_path / "part.studio", studio, SILENT, middle)
    assert bundle_sentence(report).startswith("2 versions with all sounds are in ")
    assert bundle_sentence(report).endswith("; 1 other version is only named.")


@pytest.mark.parametrize(
    ("n_commits", "n_complete", "words"),
    [
        (1, 1, "1 version with all its sounds is in x.studio (2.0 MB)."),
        (3, 3, "3 versions with all sounds are in x.studio (2.0 MB)."),
        (3, 1, "1 version with all its sounds is in x.studio (2.0 MB); 2 other versions are only named."),
        (2, 1, "1 version with all its sounds is in x.studio (2.0 MB); 1 other version is only named."),
    ],
)
def test_a_bundle_says_how_many_versions_can_be_heard(n_commits, n_complete, words):
    report = BundleReport(Path("x.studio"), n_commits, 9, 2_000_000, n_complete)
    assert bundle_sentence(report) == words


def test_any_title_makes_a_usable_file_name(tmp_path):
    path = suggested_bundle_path(tmp_path, "a/b: “Nacht” ?\n")
    path.touch()
    assert path.parent == tmp_path
    assert suggested_bundle_path(tmp_path, "a/b: “Nacht” ?\n") != path
