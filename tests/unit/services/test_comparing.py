"""Two versions side by side: words, stems, null test."""

import pytest

from infinite_studio.music.stems import StemType
from infinite_studio.progress import Silence
from infinite_studio.project.steps import RemoveTrack, SetGain, SetMuted
from infinite_studio.services.committed import NoMixdownError, mixdown_of
from infinite_studio.services.comparing import StemState, changes_of_commit, compare_commits

SILENT = Silence()


@pytest.fixture
def first(beat, studio):
    return studio.library.head(beat.opened.repository.repository_id)


def compared(first, second, studio):
    comparison = compare_commits(first.commit_id, second.commit_id, studio, SILENT)
    return comparison, {stem.stem_type: stem for stem in comparison.stems}


def test_a_version_and_itself_are_the_same_without_a_number(first, studio):
    comparison, stems = compared(first, first, studio)
    assert comparison.diff.is_empty
    assert {(s.state, s.similarity, s.null_db) for s in stems.values()} == {(StemState.SAME, None, None)}
    assert comparison.mixdown_null_db is None


def test_a_quieter_stem_differs_by_as_much_and_sounds_alike(beat, first, studio):
    beat.change(SetGain(beat.track(StemType.BASS).track_id, -6.0))
    comparison, stems = compared(first, beat.commit("Quieter").commit, studio)
    bass = stems.pop(StemType.BASS)
    assert comparison.diff.sentences == ("Bass volume 0 → −6 dB",)
    assert bass.state is StemState.CHANGED
    assert bass.null_db == pytest.approx(-6.0, abs=0.1)
    assert bass.similarity > 0.999
    assert all(stem.state is StemState.SAME for stem in stems.values())
    assert comparison.mixdown_null_db < bass.null_db, "the rest of the mix is unchanged"


def test_a_new_take_changes_every_stem_and_says_how_much(beat, first, studio):
    beat.compose(seed=2, prompt="warm house, 122 bpm, in A minor")
    comparison, stems = compared(first, beat.commit("House").commit, studio)
    assert "New prompt “warm house, 122 bpm, in A minor”" in comparison.diff.sentences
    assert "Bass replaced" in comparison.diff.sentences
    assert {stem.state for stem in stems.values()} == {StemState.CHANGED}
    assert all(0.0 <= stem.similarity < 0.95 for stem in stems.values())
    assert all(stem.null_db > -3.0 for stem in stems.values())


def test_muting_changes_the_mixdown_and_no_stem(beat, first, studio):
    beat.change(SetMuted(beat.track(StemType.DRUMS).track_id, muted=True))
    comparison, stems = compared(first, beat.commit("No drums").commit, studio)
    assert comparison.diff.sentences == ("Drums muted",)
    assert {stem.state for stem in stems.values()} == {StemState.SAME}
    assert comparison.mixdown_null_db is not None


def test_a_stem_that_came_or_went_can_still_be_heard(beat, first, studio):
    beat.change(RemoveTrack(beat.track(StemType.DRUMS).track_id))
    second = beat.commit("No drums").commit
    _, gone = compared(first, second, studio)
    assert gone[StemType.DRUMS].state is StemState.REMOVED
    assert (gone[StemType.DRUMS].a_object_id is None, gone[StemType.DRUMS].b_object_id) == (False, None)
    _, back = compared(second, first, studio)
    assert back[StemType.DRUMS].state is StemState.ADDED


def test_a_commit_tells_what_it_changed_since_its_parent(beat, first, studio):
    assert changes_of_commit(first, studio).sentences[0] == "New prompt “dark trap, 140 bpm, in F minor”"
    beat.change(SetMuted(beat.track(StemType.DRUMS).track_id, muted=True))
    assert changes_of_commit(beat.commit("No drums").commit, studio).text() == "Drums muted"


def test_renaming_the_project_is_no_part_of_its_history(beat, first, studio):
    studio.library.rename_repository(beat.opened.repository.repository_id, "Cassette")
    beat.name = "Cassette"
    assert changes_of_commit(beat.commit("Same").commit, studio).is_empty


def test_a_version_without_sound_says_so(desk, studio):
    commit = desk.commit("Empty").commit
    with pytest.raises(NoMixdownError):
        mixdown_of(commit)
