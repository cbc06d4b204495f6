"""Hum a tune: record or load it, see its notes, change them, hear them, and let the next take play them."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QTimer, Signal

from infinite_studio.audio.reading import probe
from infinite_studio.engines.crepe.tracker import CrepeTracker
from infinite_studio.errors import StudioError
from infinite_studio.jobs.job import Job, LaneName
from infinite_studio.jobs.outcome import Failed, Outcome, Succeeded
from infinite_studio.music.note_edits import snapped_to_key
from infinite_studio.progress import Progress
from infinite_studio.services import humming
from infinite_studio.services.humming_kept import with_recording_kept
from infinite_studio.services.humming_sound import count_in, melody_of_state, sound_of_hum
from infinite_studio.services.humming_state import HumPhase, HumSound, HumState, Notes, state_of_hum
from infinite_studio.services.humming_values import Hum
from infinite_studio.services.recordings import (
    finish_recording,
    interrupted_recordings,
    new_recording,
)
from infinite_studio.services.session_parts.hum_takes import HumTakes
from infinite_studio.services.values import Changes, Problem
from infinite_studio.soundcard.input import NoMicrophoneError
from infinite_studio.soundcard.input_devices import input_devices
from infinite_studio.soundcard.recorder import Recorded, Recorder, RecorderPhase, RecorderState

POLL_MS = 30
EARLY_SECONDS = 0.25
"""So much before the first beat is recorded as well: people begin early."""
COUNT_PATIENCE_SECONDS = 3.0
_COUNT = "hum: count-in"
_HEARD = "hum"


class Humming(HumTakes):
    """The hum panel's use cases; `hum_level` follows the microphone while it is open."""

    hum_level = Signal(object)

    _recorder: Recorder | None = None
    _hum_poll: QTimer | None = None
    _growing: Path | None = None
    _count_beats = 0
    _count_started = 0.0
    _first_beat_seconds: float | None = None
    _hum_tempo_bpm: float | None = None
    _crepe: CrepeTracker | None = None

    @property
    def recorder_state(self) -> RecorderState:
        """What the microphone does now."""
        return self._recorder.state if self._recorder is not None else RecorderState()

    def hum_inputs(self) -> tuple[str, ...]:
        """Return the names of the inputs that may be chosen, the default one first; none where there are none."""
        try:
            self._playback.look_again()
            return tuple(dict.fromkeys(device.name for device in input_devices()))
        except NoMicrophoneError:
            return ()

    def record_hum(
        self, device: str = "", *, count_in_beats: int = 0, tempo_bpm: float | None = None
    ) -> None:
        """Open a microphone, count in, and record until `stop_hum`."""
        if self._hum.is_busy:
            return
        self._playback.stop()
        self._count_beats = count_in_beats
        self._hum_tempo_bpm = (tempo_bpm or self._project_tempo()) if count_in_beats else None
        self._first_beat_seconds = EARLY_SECONDS if count_in_beats else None
        self._opened_recorder().listen(device)
        self._poll().start()
        self._show(replace(self._hum, phase=HumPhase.OPENING, problem=None, remarks=(), heard=None))

    def stop_hum(self) -> None:
        """End the recording and listen to it; during the count-in, record nothing."""
        if self._recorder is None or self._hum.phase not in {
            HumPhase.OPENING, HumPhase.COUNTING, HumPhase.RECORDING
        }:  # fmt: skip
            return
        if self._hum.phase is HumPhase.RECORDING:
            self._recorder.stop()
        else:
            self._leave_recording()

    def load_hum(self, path: Path) -> int | None:
        """Find the notes of a sound file."""
        if self._hum.is_busy:
            return None
        return self._listen_to_hum(path, path.stem)

    def recover_hum(self) -> int | None:
        """Open the newest recording that a crash interrupted."""
        found = interrupted_recordings(self.folders, growing=self._growing)
        if not found or self._hum.is_busy:
            return None
        path = finish_recording(found[0])
        return self._listen_to_hum(path, path.stem)

    def look_for_interrupted_hums(self) -> None:
        """Find out whether a recording was interrupted by a crash."""
        found = interrupted_recordings(self.folders, growing=self._growing)
        self._show(replace(self._hum, interrupted=tuple(path.name for path in found)))

    def cancel_hum(self) -> None:
        """Stop listening to a recording."""
        if self._hum.job_id is not None:
            self._jobs.cancel(self._hum.job_id)

    def edit_hum(self, notes: Notes) -> None:
        """Put other notes in the place of these, as one undoable edit."""
        self._show(self._hum.with_notes(notes))

    def undo_hum(self) -> None:
        """Take the last edit of the notes back."""
        self._show(replace(self._hum, edits=self._hum.edits.undone()))

    def redo_hum(self) -> None:
        """Do the last edit that was taken back again."""
        self._show(replace(self._hum, edits=self._hum.edits.redone()))

    def snap_hum_to_key(self) -> None:
        """Move the notes onto the key that they are in."""
        key = self._hum.key
        if key is not None:
            self.edit_hum(snapped_to_key(self._hum.notes, key))

    def set_hum_strength(self, strength: float) -> None:
        """Choose how far notes move to the grid, 0 to 1."""
        self._show(replace(self._hum, writing=replace(self._hum.writing, strength=strength)))

    def set_hum_tempo(self, tempo_bpm: float) -> None:
        """Choose the tempo at which the notes are written down."""
        self._show(replace(self._hum, writing=replace(self._hum.writing, tempo_bpm=tempo_bpm)))

    def set_hum_guide(self, guide: HumSound) -> None:
        """Choose what engines follow that listen: the clean notes or the voice."""
        self._show(replace(self._hum, guide=guide))

    def play_hum(self, what: HumSound) -> None:
        """Hear the recording, the notes or both; again to stop."""
        hum, was = self._hum.hum, self._hum.heard
        self._playback.stop()
        if hum is not None and was is not what:
            rate = self.project.sample_rate
            sound = sound_of_hum(hum, self._hum.notes, what, rate)
            self._playback.audition_samples(_HEARD, sound.samples, rate)
            self._poll().start()
        self._show(replace(self._hum, heard=None if was is what else what))

    @property
    def hum_seconds(self) -> float | None:
        """Which second of the hum is heard now; None while nothing of it is."""
        if self._hum.heard is None or self._playback.auditioned_object_id != _HEARD:
            return None
        return self._playback.audition_frame / self.project.sample_rate

    def save_hum(self, path: Path) -> int | None:
        """Write the notes as a MIDI file."""
        state = self._hum
        if not state.notes:
            return None

        def work(progress: Progress) -> Path:
            return humming.save_melody(path, state.notes, state.writing, state.key, progress)

        return self._run(
            self._disk_job(f"Save “{path.name}”", "_hum-midi", work),
            lambda saved: self.notice.emit(f"Saved {saved.name} to {saved.parent}."),
        )

    def use_hum(self) -> None:
        """Let the lead of the next take play the notes."""
        if self._hum.hum is not None and self._hum.notes:
            self.set_melody(melody_of_state(self._hum))

    def clear_hum(self) -> None:
        """Begin with nothing again."""
        if not self._hum.is_busy:
            self._playback.stop()
            self._show(HumState(writing=self._hum.writing, guide=self._hum.guide))
            self.look_for_interrupted_hums()

    def close_hum(self) -> None:
        """Finish a running recording and let go of the microphone."""
        if self._hum_poll is not None:
            self._hum_poll.stop()
        if self._recorder is not None:
            self._recorder.close()

    # --- recording ------------------------------------------------------------------------------

    def _opened_recorder(self) -> Recorder:
        if self._recorder is None:
            hold, release = self._playback.input_holds
            self._recorder = Recorder(hold=hold, release=release)
        return self._recorder

    def _poll(self) -> QTimer:
        if self._hum_poll is None:
            self._hum_poll = QTimer(self)
            self._hum_poll.setInterval(POLL_MS)
            self._hum_poll.timeout.connect(self._on_hum_poll)
        return self._hum_poll

    def _on_hum_poll(self) -> None:
        """Follow the recorder and what is heard."""
        state = self.recorder_state
        recorder, phase = self._recorder, self._hum.phase
        if recorder is not None and phase in {HumPhase.OPENING, HumPhase.COUNTING, HumPhase.RECORDING}:
            self.hum_level.emit(state)
            finished = recorder.take_finished()
            if finished is not None:
                self._on_recorded(finished)
            elif state.phase is RecorderPhase.FAILED:
                self._leave_recording(Problem(state.sentence, state.hint))
            elif phase is HumPhase.OPENING and state.phase is RecorderPhase.LISTENING:
                self._guard_hum(self._begin_recording)
            elif phase is HumPhase.COUNTING:
                self._count(recorder)
            return
        if self._hum.heard is not None and self._playback.auditioned_object_id != _HEARD:
            self._show(replace(self._hum, heard=None))
        elif self._hum.heard is not None and self._playback.audition_is_over():
            self._playback.end_audition()
            self._show(replace(self._hum, heard=None))
        elif self._hum.heard is None and self._hum_poll is not None:
            self._hum_poll.stop()

    def _guard_hum(self, action: object) -> None:
        try:
            assert callable(action)
            action()
        except StudioError as error:
            self._leave_recording(Problem(str(error), error.hint))

    def _begin_recording(self) -> None:
        assert self._recorder is not None
        self._growing = new_recording(self.folders, datetime.now(UTC).astimezone())
        if self._count_beats:
            rate = self.project.sample_rate
            clicks = count_in(self._count_beats, self._hum_tempo_bpm or 120.0, rate)
            self._playback.audition_samples(_COUNT, clicks.samples, rate)
            self._count_started = time.monotonic()
            self._show(replace(self._hum, phase=HumPhase.COUNTING, beats_left=self._count_beats))
        else:
            self._recorder.record(self._growing)
            self._show(replace(self._hum, phase=HumPhase.RECORDING))

    def _count(self, recorder: Recorder) -> None:
        """Tell the recorder the moment of the first beat once the metronome is heard, and count down."""
        length = self._count_beats * 60.0 / (self._hum_tempo_bpm or 120.0)
        heard = self._playback.audition_frame / self.project.sample_rate
        now = time.monotonic()
        is_over = self._playback.auditioned_object_id != _COUNT or heard >= length
        if heard <= 0.0 and not is_over and now - self._count_started < COUNT_PATIENCE_SECONDS:
            return
        left = max(length - heard, 0.0)
        if recorder.state.phase is RecorderPhase.LISTENING and self._growing is not None:
            recorder.record(self._growing, now + left - EARLY_SECONDS)
        beats_left = int(left * (self._hum_tempo_bpm or 120.0) / 60.0 + 0.999)
        if left <= EARLY_SECONDS or self._playback.audition_is_over():
            self._show(replace(self._hum, phase=HumPhase.RECORDING, beats_left=0))
        elif beats_left != self._hum.beats_left:
            self._show(replace(self._hum, beats_left=beats_left))

    def _on_recorded(self, recorded: Recorded) -> None:
        remarks = (f"{recorded.sentence} {recorded.hint}".strip(),) if recorded.sentence else ()
        self._leave_recording()
        self._show(replace(self._hum, remarks=remarks))
        try:
            path = finish_recording(recorded.path)
        except OSError:
            path = recorded.path
        if recorded.seconds <= 0.0:
            return
        self._listen_to_hum(path, path.stem, self._hum_tempo_bpm, self._first_beat_seconds)

    def _leave_recording(self, problem: Problem | None = None) -> None:
        self._growing = None
        if self._recorder is not None:
            self._recorder.let_go()
        if self._playback.auditioned_object_id == _COUNT:
            self._playback.end_audition()
        phase = HumPhase.READY if self._hum.hum is not None else HumPhase.EMPTY
        self._show(replace(self._hum, phase=phase, problem=problem, beats_left=0))
        self.hum_level.emit(RecorderState())

    # --- listening ------------------------------------------------------------------------------

    def _listen_to_hum(
        self,
        path: Path,
        label: str,
        tempo_bpm: float | None = None,
        first_beat_seconds: float | None = None,
    ) -> int:
        crepe = self._crepe = self._crepe or CrepeTracker()
        studio = self._studio

        def work(progress: Progress) -> Hum:
            audio = humming.read_hum(path, progress)
            hum = humming.transcribe(
                audio,
                label,
                progress,
                tempo_bpm=tempo_bpm,
                first_beat_seconds=first_beat_seconds,
                crepe=crepe,
            )
            return with_recording_kept(hum, studio, progress)

        self._playback.stop()
        job = Job(f"Listen to “{label}”", "hum", LaneName.INFERENCE, work, _seconds_of(path))
        job_id = self._jobs.submit(job, self._on_hum_heard, None)
        self._show(replace(self._hum, phase=HumPhase.WORKING, problem=None, heard=None, job_id=job_id))
        return job_id

    def _on_hum_heard(self, outcome: Outcome[Hum]) -> None:
        before = replace(self._hum, job_id=None)
        if isinstance(outcome, Succeeded):
            self._show(state_of_hum(outcome.value, before))
            return
        phase = HumPhase.READY if before.hum is not None else HumPhase.EMPTY
        problem = None
        if isinstance(outcome, Failed):
            problem = Problem(outcome.sentence, outcome.hint, outcome.details, outcome.is_bug)
            if outcome.is_bug:
                self.problem.emit(problem)
        self._show(replace(before, phase=phase, problem=problem))

    def _project_tempo(self) -> float:
        return float(self.project.tempo_bpm or 120.0)

    def _show(self, state: HumState) -> None:
        self._hum = state
        self.changed.emit(Changes(hum=True), None)


def _seconds_of(path: Path) -> float:
    """Return how long a recording lasts, for the predicted time; 1 where that cannot be told."""
    try:
        return probe(path).duration_seconds or 1.0
    except StudioError:
        return 1.0
