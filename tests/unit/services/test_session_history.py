"""The session's history: every use case as the window calls it, on real lanes, without a window."""

from collections.abc import Iterator

import numpy as np
import pytest
from tests.unit.soundcard.manual_output import Bench

from infinite_studio.jobs.runner import JobRunner
from infinite_studio.music.stems import StemType
from infinite_studio.project.merging import Side
from infinite_studio.project.steps import SetGain, SetMuted
from infinite_studio.services.comparing import StemState
from infinite_studio.services.session import StudioSession
from infinite_studio.services.session_parts import caring as caring_part
from infinite_studio.services.sharing import UNSAVED_LEFT_OUT, BundleRange
from infinite_studio.settings.settings import SettingsStore

LONG_MS = 30_000


class Told:
    """What the session told a person."""

    def __init__(self, session: StudioSession) -> None:
        self.notices: list[str] = []
        self.problems: list[str] = []
        self.changes: list[object] = []
        session.notice.connect(self.notices.append)
        session.problem.connect(lambda problem: self.problems.append(problem.sentence))
        session.changed.connect(lambda changes, _: self.changes.append(changes))


class Room:
    """A session with a beat, and ways to wait for it."""

    def __init__(self, session: StudioSession, bench: Bench, qtbot) -> None:
        self.session, self.bench, self._qtbot = session, bench, qtbot
        self.told = Told(session)

    def wait(self) -> None:
        self._qtbot.waitUntil(lambda: self.session.jobs.is_idle, timeout=LONG_MS)

    def commit(self, message: str) -> str:
        self.session.commit(message)
        self.wait()
        assert self.session.base_commit_id is not None
        return self.session.base_commit_id

    def track_id(self, stem: StemType) -> str:
        return next(track.track_id for track in self.session.project.tracks if track.stem_type is stem)

    def turn_down(self, stem: StemType, gain_db: float) -> None:
        self.session.apply(SetGain(self.track_id(stem), gain_db))
        self.session.end_gesture()

    def gain(self, stem: StemType) -> float:
        return self.session.project.track(self.track_id(stem)).gain_db


@pytest.fixture
def room(qtbot, beat_home, tmp_path, monkeypatch) -> Iterator[Room]:
    import shutil

    from infinite_studio.settings.folders import Folders

    shutil.copytree(beat_home, tmp_path / "home")
    folders = Folders.under(tmp_path / "home")
    bench = Bench()
    session = StudioSession(
        folders, SettingsStore(folders.config / "settings.json"), JobRunner(), bench.transport
    )
    session.start()
    qtbot.waitUntil(lambda: session.is_open, timeout=LONG_MS)
    made = Room(session, bench, qtbot)
    made.wait()
    yield made
    assert session.close()
    assert made.told.problems == []


def test_a_comparison_arrives_with_words_and_numbers(room):
    first = room.session.base_commit_id
    room.turn_down(StemType.BASS, -6.0)
    second = room.commit("Quieter bass")
    room.session.compare(first, second)
    room.wait()
    comparison = room.session.comparison
    assert comparison.diff.sentences == ("Bass volume 0 → −6 dB",)
    assert {s.name for s in comparison.stems if s.state is StemState.CHANGED} == {"Bass"}
    room.session.close_comparison()
    assert room.session.comparison is None


def test_what_each_commit_changed_is_found_out_in_the_background(room):
    room.turn_down(StemType.BASS, -6.0)
    second = room.commit("Quieter bass")
    assert room.session.what_changed(second) is None
    room.wait()
    assert room.session.what_changed(second).text() == "Bass volume 0 → −6 dB"
    room.session.what_changed("0" * 64)
    room.wait()
    assert room.session.what_changed("0" * 64).is_empty


def test_two_versions_are_heard_in_turn_from_the_same_place(room):
    session = room.session
    first = session.base_commit_id
    session.apply(SetMuted(room.track_id(StemType.DRUMS), muted=True))
    second = room.commit("No drums")
    assert session.ab is None
    session.ab_start(first, second)
    room.wait()
    session.play_or_stop()
    room.bench.pass_time(0.3)
    assert (session.ab.heard_commit_id, session.is_playing) == (first, True)
    frame = session.playhead_frame
    session.ab_toggle()
    assert session.ab.heard_commit_id == second
    assert session.is_playing
    assert session.playhead_frame >= frame
    session.ab_stop()
    assert (session.ab, session.is_playing) == (None, True)
    session.stop()


def test_going_elsewhere_ends_the_listening_in_turn(room):
    session, first = room.session, room.session.base_commit_id
    room.turn_down(StemType.BASS, -6.0)
    second = room.commit("Quieter bass")
    session.ab_start(first, second)
    room.wait()
    session.checkout(first)
    room.wait()
    assert session.ab is None


def test_a_versions_mixdown_is_heard_alone(room):
    session = room.session
    commit = session.commits[0]
    session.audition_commit(commit.commit_id)
    room.wait()
    assert session.auditioned_object_id == commit.mixdown_object_id
    session.stop()


def test_a_stem_is_taken_from_another_version_and_can_be_undone(room):
    session, first = room.session, room.session.base_commit_id
    room.turn_down(StemType.DRUMS, -9.0)
    room.turn_down(StemType.BASS, -6.0)
    second = room.commit("Both quieter")
    session.cherry_pick(first, ["Drums"])
    room.wait()
    assert (room.gain(StemType.DRUMS), room.gain(StemType.BASS)) == (0.0, -6.0)
    assert session.commits[0].parent_ids == (second, first)
    assert session.base_commit_id == session.commits[0].commit_id
    assert session.unsaved_steps == 0
    assert session.undo_label == "take stems"
    session.undo()
    assert room.gain(StemType.DRUMS) == -9.0
    assert session.unsaved_steps > 0
    assert "Drums taken from “First”." in room.told.notices[-1]


def test_a_merge_with_a_conflict_waits_and_goes_on_with_the_choice(room):
    session, first = room.session, room.session.base_commit_id
    room.turn_down(StemType.BASS, -3.0)
    main = room.commit("On main")
    session.create_branch("idea", first)
    room.wait()
    room.turn_down(StemType.BASS, -9.0)
    room.turn_down(StemType.DRUMS, -6.0)
    session.merge(main)
    room.wait()
    pending = session.pending_merge
    assert [c.name for c in pending.conflicts] == ["Bass"]
    assert room.gain(StemType.BASS) == -9.0
    assert session.base_commit_id == pending.ours_id, "unsaved work was committed before"
    assert session.unsaved_steps == 0
    session.merge(pending.theirs_id, {pending.conflicts[0].choice_id: Side.THEIRS})
    room.wait()
    assert session.pending_merge is None
    assert (room.gain(StemType.BASS), room.gain(StemType.DRUMS)) == (-3.0, -6.0)
    assert session.commits[0].parent_ids == (pending.ours_id, main)


def test_a_merge_that_waits_can_be_left(room):
    session, first = room.session, room.session.base_commit_id
    room.turn_down(StemType.BASS, -3.0)
    main = room.commit("On main")
    session.create_branch("idea", first)
    room.wait()
    room.turn_down(StemType.BASS, -9.0)
    ours = room.commit("On idea")
    session.merge(main)
    room.wait()
    session.dismiss_merge()
    assert (session.pending_merge, session.base_commit_id) == (None, ours)


def test_a_change_during_a_merge_is_kept_and_the_result_is_on_the_branch(room):
    session, first = room.session, room.session.base_commit_id
    room.turn_down(StemType.BASS, -6.0)
    room.commit("Quieter")
    session.cherry_pick(first, ["Bass"])
    session.apply(SetMuted(room.track_id(StemType.DRUMS), muted=True))
    room.wait()
    assert session.project.track(room.track_id(StemType.DRUMS)).muted
    assert room.gain(StemType.BASS) == -6.0
    assert session.commits[0].message == "Bass from “First”"
    assert "changed meanwhile" in room.told.notices[-1]
    room.commit("Mine")
    assert session.branch == "main-2"


def test_a_stem_of_a_version_is_dragged_onto_the_timeline(room):
    session = room.session
    commit = session.commits[0]
    session.place_stem_of_commit(commit.commit_id, "Bass", 48_000, room.track_id(StemType.DRUMS))
    session.place_stem_of_commit(commit.commit_id, "Bass", 0)
    room.wait()
    clip = session.project.track(room.track_id(StemType.DRUMS)).clips[-1]
    assert (clip.start_frame, clip.recipe.engine) == (48_000, "sketch")
    assert session.project.tracks[-1].name == "Bass"
    assert session.project.tracks[-1].stem_type is StemType.BASS


def test_tags_search_and_pages(room):
    session, first = room.session, room.session.base_commit_id
    room.turn_down(StemType.BASS, -6.0)
    second = room.commit("Quieter bass")
    session.tag_commit(first, "demo")
    assert [(tag.name, tag.commit_id) for tag in session.tags] == [("demo", first)]
    assert [c.commit_id for c in session.search_history("quieter")] == [second]
    assert [c.commit_id for c in session.search_history("demo")] == [first]
    assert session.commit_count == 2
    assert [c.commit_id for c in session.history_page(1)] == [first]
    assert session.history_page(2) == ()
    assert session.commit_of(second[:10]).commit_id == second
    session.delete_tag("demo")
    assert session.tags == ()


def test_a_bundle_goes_out_and_opens_again(room, tmp_path):
    session = room.session
    session.export_bundle(tmp_path / "Tape.studio")
    room.wait()
    assert (tmp_path / "Tape.studio").is_file()
    assert room.told.notices[-1].startswith("1 version with all its sounds is in ")
    assert UNSAVED_LEFT_OUT not in room.told.notices[-1]
    session.import_bundle(tmp_path / "Tape.studio")
    room.wait()
    assert session.repository.name == "Tape"
    assert "is here already" in room.told.notices[-1]


def test_a_bundle_says_that_unsaved_work_is_not_in_it(room, tmp_path):
    session = room.session
    session.apply(SetGain(session.project.tracks[0].track_id, -6.0))
    here = session.base_commit_id
    session.export_bundle(tmp_path / "Tape.studio", BundleRange(here, here))
    room.wait()
    assert room.told.notices[-1].endswith(UNSAVED_LEFT_OUT)
    assert session.unsaved_steps == 1


def test_the_list_of_versions_reads_only_what_is_new(room):
    session = room.session
    before = session.commits
    session.tag_commit(before[0].commit_id, "here")
    assert all(new is old for new, old in zip(session.commits, before, strict=True))
    session.apply(SetGain(session.project.tracks[0].track_id, -6.0))
    session.commit("Quieter")
    room.wait()
    assert session.commits[0].message == "Quieter"
    assert session.commits[1:] == before
    assert session.commit_count == len(before) + 1


def test_the_public_mark_is_kept(room):
    room.session.set_public(True)
    assert room.session.repository.is_public
    assert room.session.repositories[0].is_public


def test_check_repair_garbage_and_budget_report_where_views_look(room):
    session = room.session
    session.check_library()
    session.repair_library()
    session.collect_garbage(dry_run=True)
    session.fit_disk_budget(10**12)
    room.wait()
    assert session.library_check.damages == ()
    assert session.library_repair.still_missing_ids == ()
    assert session.garbage is not None
    assert session.disk_budget.dropped.object_ids == ()
    assert session.library_bytes() > 0


def test_garbage_spares_what_undo_would_bring_back(room, monkeypatch):
    from functools import partial

    session = room.session
    bass = room.track_id(StemType.BASS)
    session.place_stem_of_commit(session.base_commit_id, "Bass", 0)
    room.wait()
    in_use = session._objects_in_use()
    clips = {clip.object_id for _, clip in session.project.clips()}
    assert clips <= in_use
    from infinite_studio.project.steps import RemoveTrack

    session.apply(RemoveTrack(bass))
    assert clips <= session._objects_in_use()
    monkeypatch.setattr(caring_part.caring, "collect", partial(caring_part.caring.collect, grace_days=0))
    session.collect_garbage(dry_run=False)
    room.wait()
    session.undo()
    assert all(session.studio.library.verify_object(object_id) for object_id in clips)


def test_unsaved_work_is_saved_by_the_clock_while_a_gesture_goes_on(room):
    session = room.session
    repository_id = session.repository.repository_id
    room.turn_down(StemType.BASS, -6.0)
    assert session._unsaved_timer.interval() == 10_000
    session._unsaved_timer.timeout.emit()
    room.wait()
    assert session.studio.library.working(repository_id) is not None
    jobs = len(session.jobs.views())
    session._unsaved_timer.timeout.emit()
    assert len(session.jobs.views()) == jobs, "nothing is saved twice"


def test_a_save_that_fails_is_told_of_once_and_tried_again_until_it_works(room, monkeypatch):
    from infinite_studio.audio.files import DiskFullError
    from infinite_studio.services.session_parts import core

    session, save = room.session, core.save_working

    def full(*_: object) -> None:
        raise DiskFullError(session.folders.library, 0, 1)

    monkeypatch.setattr(core, "save_working", full)
    room.turn_down(StemType.BASS, -6.0)
    for _ in range(3):
        session._unsaved_timer.timeout.emit()
        room.wait()
    assert len(room.told.problems) == 1
    monkeypatch.setattr(core, "save_working", save)
    session._unsaved_timer.timeout.emit()
    room.wait()
    assert session.studio.library.working(session.repository.repository_id) is not None
    room.told.problems.clear()


def test_a_stem_of_a_version_is_heard_even_where_it_must_be_made_again(room):
    session = room.session
    bass = next(stem for stem in session.commits[0].stems if stem.name == "Bass")
    session.studio.library.object_path(bass.object_id).unlink()
    session.audition_stem(session.commits[0].commit_id, "Bass")
    room.wait()
    assert session.auditioned_object_id == bass.object_id
    assert session.studio.library.verify_object(bass.object_id)
    session.stop()


def test_the_history_is_backed_up_every_ten_minutes_of_use(room):
    session = room.session
    assert session._backup_timer.isActive()
    assert session._backup_timer.interval() == 600_000
    room.turn_down(StemType.BASS, -6.0)
    room.commit("Quieter")
    before = len(session.backups())
    session._backup_timer.timeout.emit()
    room.wait()
    assert len(session.backups()) == before + 1
    assert all(not view.title.startswith("Back up") for view in session.jobs.views())
    session.back_up_now()
    room.wait()
    assert "backed up" in room.told.notices[-1]


def test_samples_are_mapped_for_the_deep_zoom(room):
    session = room.session
    _, clip = next(session.project.clips())
    samples = session.samples_of(clip.object_id)
    assert isinstance(samples, np.memmap)
    assert samples.shape == (clip.length_frames, 2)
    assert session.samples_of("0" * 64) is None


def test_a_fader_let_go_begins_a_new_undo_step(room):
    session, bass = room.session, room.track_id(StemType.BASS)
    for gain_db in (-1.0, -2.0):
        session.apply(SetGain(bass, gain_db))
    session.end_gesture()
    session.apply(SetGain(bass, -3.0))
    session.undo()
    assert room.gain(StemType.BASS) == -2.0
    session.undo()
    assert room.gain(StemType.BASS) == 0.0
