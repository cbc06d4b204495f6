"""Takes, variations, continuations, re-rolls and melodies as the window calls them, on real lanes, with the real composer."""

import shutil
from collections.abc import Iterator

import numpy as np
import pytest
from tests.unit.services.conftest import TRAP
from tests.unit.soundcard.manual_output import Bench

from infinite_studio.engines.base import GenerationRequest
from infinite_studio.jobs.runner import JobRunner
from infinite_studio.music.midi import read_midi, write_midi
from infinite_studio.music.note import Note
from infinite_studio.music.stems import StemType
from infinite_studio.project.steps import SetGain
from infinite_studio.services.session import StudioSession
from infinite_studio.settings.folders import Folders
from infinite_studio.settings.settings import SettingsStore

LONG_MS = 60_000
TWO_BARS = GenerationRequest(TRAP, bars=2, seed=1)


class Room:
    """A session over a library with a beat, what it told, and a way to wait for it."""

    def __init__(self, folders: Folders, qtbot) -> None:
        self.bench = Bench()
        settings = SettingsStore(folders.config / "settings.json")
        self.session = StudioSession(folders, settings, JobRunner(), self.bench.transport)
        self.notices, self.problems = [], []
        self.session.notice.connect(self.notices.append)
        self.session.problem.connect(lambda problem: self.problems.append(problem.sentence))
        self._qtbot = qtbot
        self.session.start()
        qtbot.waitUntil(lambda: self.session.is_open, timeout=LONG_MS)

    def wait(self) -> None:
        self._qtbot.waitUntil(lambda: self.session.jobs.is_idle, timeout=LONG_MS)

    def generate(self, *requests):
        self.session.generate_takes(requests or (TWO_BARS,))
        self.wait()
        return self.session.takes[-1]

    def clip(self, stem: StemType):
        return next(t for t in self.session.project.tracks if t.stem_type is stem).clips[-1]

    def stems(self):
        return {t.stem_type: t.clips[0].object_id for t in self.session.project.tracks}

    def samples(self, object_id):
        return np.asarray(self.session.studio.bank.samples(object_id))


@pytest.fixture
def room(qtbot, tmp_path) -> Iterator[Room]:
    made = Room(Folders.under(tmp_path / "home"), qtbot)
    yield made
    assert made.session.close()


@pytest.fixture
def reopened(qtbot, beat_home, tmp_path) -> Iterator[Room]:
    """A session on the next evening: the beat is on the timeline, the list of takes is empty."""
    shutil.copytree(beat_home, tmp_path / "home")
    made = Room(Folders.under(tmp_path / "home"), qtbot)
    made.wait()
    yield made
    assert made.session.close()


def test_of_several_takes_the_first_is_placed_and_the_others_wait(room):
    requests = [GenerationRequest("house", bars=1, seed=seed) for seed in (1, 2, 3)]
    room.generate(*requests)
    takes = room.session.takes
    assert [take.label for take in takes] == ["Take 1", "Take 2", "Take 3"]
    assert room.session.placed_take_ids == {takes[0].take_id}
    assert room.stems() == takes[0].stems
    room.session.undo()
    assert room.session.project.tracks == ()


def test_where_the_first_of_several_fails_the_next_is_placed(room, monkeypatch):
    generators = room.session.studio.generators
    engine = generators.get("sketch")
    real = engine.generate

    def failing(request, progress):
        if request.seed == 1:
            raise MemoryError
        return real(request, progress)

    monkeypatch.setattr(engine, "generate", failing)
    room.generate(*(GenerationRequest("house", bars=1, seed=seed) for seed in (1, 2)))
    (take,) = room.session.takes
    assert room.session.placed_take_id == take.take_id


def test_choosing_among_takes_while_playing_goes_on_at_the_same_place_and_keeps_the_faders(room):
    session = room.session
    room.generate(*(GenerationRequest("house", bars=4, seed=seed) for seed in (1, 2)))
    drums = session.project.tracks[0]
    session.apply(SetGain(drums.track_id, -9.0))
    session.seek(30_000)
    session.play_or_stop()
    before = session.playhead_frame
    session.use_take(session.takes[1].take_id)
    assert session.is_playing
    assert session.playhead_frame >= before
    assert session.project.tracks[0].clips[0].object_id == session.takes[1].stems[StemType.DRUMS]
    assert session.project.tracks[0].gain_db == -9.0
    session.stop()
    session.undo()
    assert session.placed_take_id == session.takes[0].take_id


def test_a_re_rolled_stem_is_new_and_the_others_are_the_same_objects(room):
    first = room.generate()
    room.session.reroll_stem(first.take_id, StemType.DRUMS)
    room.wait()
    second = room.session.takes[-1]
    changed = {stem for stem in first.stems if first.stems[stem] != second.stems[stem]}
    assert changed == {StemType.DRUMS}
    assert room.session.placed_take_id == second.take_id
    assert second.facts[0].startswith("drums re-rolled")
    room.session.reroll_stem(second.take_id, StemType.BASS, seed=77)
    room.wait()
    third = room.session.takes[-1]
    assert third.stems[StemType.DRUMS] == second.stems[StemType.DRUMS]
    assert third.stems[StemType.BASS] != second.stems[StemType.BASS]


def test_a_stem_that_a_take_lacks_cannot_be_re_rolled(room):
    take = room.generate()
    assert room.session.reroll_stem(take.take_id, StemType.VOCALS) is None
    assert room.problems == [f"“{take.label}” has no stem “vocals”."]


def test_a_continuation_comes_right_after_and_keeps_tempo_and_key(room):
    first = room.generate()
    room.session.continue_take(first.take_id)
    room.wait()
    second = room.session.takes[-1]
    made, old = second.understanding, first.understanding
    assert (made.tempo_bpm, made.key) == (old.tempo_bpm, old.key)
    assert room.clip(StemType.DRUMS).object_id == second.stems[StemType.DRUMS]
    assert room.clip(StemType.DRUMS).start_frame == first.n_frames
    assert room.session.placed_take_ids == {first.take_id, second.take_id}
    assert room.session.placed_take_id == first.take_id
    assert second.facts == ("continues “Take 1”",)


def test_a_continuation_of_a_take_that_is_not_there_waits_in_the_list(room):
    room.generate(*(GenerationRequest("house", bars=1, seed=seed) for seed in (1, 2)))
    before = room.session.project
    room.session.continue_take(room.session.takes[1].take_id)
    room.wait()
    assert room.session.project == before
    assert "waits in the list" in room.notices[-1]


def test_a_variation_of_a_take_is_another_take_in_its_key(room):
    first = room.generate()
    room.session.vary(first.take_id, closeness=0.9)
    room.wait()
    second = room.session.takes[-1]
    assert second.understanding.key == first.understanding.key
    assert second.stems[StemType.MELODY] != first.stems[StemType.MELODY]
    assert second.facts == ("like “Take 1”, 90%",)
    assert second.recipe.input_object_ids == ()


def test_a_recording_is_listened_to_and_the_recipe_names_it(room, song_file):
    room.session.import_files([song_file])
    room.wait()
    (sound,) = room.session.sounds
    room.session.vary(sound.object_id, closeness=0.8, prompt="4 bars")
    room.wait()
    (take,) = room.session.takes
    assert take.understanding.tempo_bpm == pytest.approx(120, rel=0.02)
    assert take.recipe.input_object_ids == (sound.object_id,)
    assert room.session.is_composed(sound.object_id) is False
    assert [track.name for track in room.session.project.tracks] == [
        "four bars",
        "Drums",
        "Bass",
        "Melody",
        "Other",
    ]


def test_a_song_is_continued_at_its_end(room, song_file):
    room.session.import_files([song_file])
    room.wait()
    song = room.session.project.tracks[0].clips[0]
    room.session.continue_take(song.object_id)
    room.wait()
    assert {t.clips[0].start_frame for t in room.session.project.tracks[1:]} == {song.end_frame}


def test_what_is_chosen_to_be_like_is_known_after_listening(room, song_file):
    room.session.import_files([song_file])
    room.wait()
    (sound,) = room.session.sounds
    room.session.choose_like(sound.object_id)
    assert room.session.like.blueprint is None
    room.wait()
    assert room.session.like.label == "four bars"
    assert room.session.like.blueprint.tempo_bpm == pytest.approx(120, rel=0.02)
    request = GenerationRequest("house", bars=1, like=room.session.like.blueprint, closeness=0.5)
    take = room.generate(request)
    assert take.facts == ("like “four bars”, 50%",)
    assert take.recipe.input_object_ids == (sound.object_id,)
    room.session.drop_like()
    assert room.session.like is None


def test_after_a_restart_a_clip_is_still_a_take(reopened, tmp_path):
    session = reopened.session
    clip = reopened.clip(StemType.DRUMS)
    assert session.takes == ()
    assert session.is_composed(clip.object_id)
    before = reopened.stems()
    session.reroll_stem(clip.object_id, StemType.BASS)
    reopened.wait()
    assert {stem for stem, object_id in reopened.stems().items() if object_id != before[stem]} == {
        StemType.BASS
    }
    session.continue_take(reopened.clip(StemType.DRUMS).object_id)
    reopened.wait()
    assert reopened.clip(StemType.DRUMS).start_frame == clip.length_frames
    session.export_midi(reopened.clip(StemType.DRUMS).object_id, tmp_path / "midi")
    reopened.wait()
    assert {path.name.split(" – ")[-1] for path in (tmp_path / "midi").iterdir()} >= {"drums.mid", "bass.mid"}
    assert reopened.problems == []


def test_the_melody_of_a_take_is_played_by_the_next_one(room):
    first = room.generate()
    room.session.melody_from(first.take_id)
    room.wait()
    melody = room.session.melody
    assert melody.label == "Take 1"
    take = room.generate(GenerationRequest("house", melody=melody.notes, tempo_bpm=melody.tempo_bpm, seed=5))
    assert take.facts[0] == "melody: Take 1"
    lead = {(note.pitch, note.start_beat) for note in take.notes[StemType.MELODY]}
    assert {(note.pitch, note.start_beat) for note in melody.notes} <= lead
    room.session.set_melody(None)
    assert room.session.melody is None


def test_a_melody_from_a_midi_file_offers_its_other_tracks(room, tmp_path):
    path = tmp_path / "evening.mid"
    flute = (Note(72, 0.0, 1.0, 0.8), Note(74, 1.0, 1.0, 0.8))
    write_midi(path, {"flute": flute, "bass": (Note(40, 0.0, 2.0, 0.8),)}, 96.0, None)
    room.session.load_melody(path)
    room.wait()
    assert room.session.melody.label == "evening · flute"
    assert [melody.label for melody in room.session.melody_choices] == ["evening · flute", "evening · bass"]
    room.session.set_melody(room.session.melody_choices[1])
    assert len(room.session.melody_choices) == 2
    room.session.load_melody(tmp_path / "missing.mid")
    room.wait()
    assert "missing.mid" in room.problems[0]
    assert room.session.melody.label == "evening · bass"


def test_exported_midi_has_the_notes_tempo_and_key_of_the_take(room, tmp_path):
    take = room.generate()
    room.session.export_midi(take.take_id, tmp_path / "midi")
    room.wait()
    paths = sorted((tmp_path / "midi").iterdir())
    assert [path.name for path in paths] == [
        f"First project – Take 1 – {stem}.mid" for stem in ("bass", "drums", "melody", "other") if take.notes[StemType(stem)]
    ]  # fmt: skip
    content = read_midi(paths[0])
    assert content.tempo_bpm == take.understanding.tempo_bpm
    assert content.key == take.understanding.key
    written = [(note.pitch, round(note.start_beat, 3)) for note in content.tracks["bass"]]
    assert written == [(note.pitch, round(note.start_beat, 3)) for note in take.notes[StemType.BASS]]
    room.session.export_midi(take.take_id, tmp_path / "midi")
    room.wait()
    assert len(list((tmp_path / "midi").iterdir())) == 2 * len(paths)


def test_a_recording_has_no_midi(room, song_file, tmp_path):
    room.session.import_files([song_file])
    room.wait()
    assert room.session.export_midi(room.session.sounds[0].object_id, tmp_path) is None
    assert room.problems == ["The notes of “four bars” are not known."]


def test_a_take_that_finishes_in_another_project_waits_in_its_list(room, qtbot):
    room.session.generate_takes((TWO_BARS,))
    room.session.new_project("Elsewhere")
    room.wait()
    assert room.session.project.tracks == ()
    assert [take.label for take in room.session.takes] == ["Take 1"]
    assert "another project" in room.notices[-1]


def test_styles_are_there_once_the_library_is_open(room):
    assert "house" in {style.name for style in room.session.styles}
    assert room.session.style_problems == ()


def test_whether_the_recipe_of_a_re_rolled_variation_makes_the_same_bytes(room):
    from infinite_studio.history.values import StemRecord
    from infinite_studio.progress import Silence
    from infinite_studio.services.rerendering import verify_recipe

    first = room.generate()
    room.session.vary(first.take_id, closeness=0.6)
    room.wait()
    room.session.reroll_stem(room.session.takes[-1].take_id, StemType.MELODY)
    room.wait()
    for stem, track in room.stems().items():
        recipe = next(t for t in room.session.project.tracks if t.stem_type is stem).clips[0].recipe
        assert verify_recipe(StemRecord("x", stem, track, recipe=recipe), room.session.studio, Silence())
