"""What sounds are: listened to once, corrected by hand, and found by what they sound like."""

from collections.abc import Callable
from functools import partial

from infinite_studio.analysis.analysis import Analysis
from infinite_studio.history.values import Sound
from infinite_studio.jobs.job import Job, LaneName
from infinite_studio.music.key import Key
from infinite_studio.progress import Progress
from infinite_studio.services import listening, searching
from infinite_studio.services.listening_store import Known
from infinite_studio.services.session_parts.splitting import Splitting
from infinite_studio.services.values import Changes


class Listening(Splitting):
    """Analyses of any sound with their corrections, and the search by sound and by words."""

    _finds: searching.Finds | None = None

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self._known: dict[str, Analysis] = {}
        self._listening_jobs: dict[str, int] = {}

    @property
    def finds(self) -> searching.Finds | None:
        """What the last search by sound or by words found."""
        return self._finds

    @property
    def has_word_search(self) -> bool:
        """Whether sounds can be found by words."""
        return self.is_open and searching.has_words(self.studio)

    def analysis_of(self, object_id: str) -> Analysis | None:
        """Return what is known about a sound, as its list shows it."""
        return super().analysis_of(object_id) or self.listening_of(object_id)

    def listening_of(self, object_id: str) -> Analysis | None:
        """Return everything that is known about a stored sound; None while nobody listened to it."""
        if object_id not in self._known and self.is_open:
            found = listening.store_of(self.studio).read(object_id).analysis
            if found is not None:
                self._known[object_id] = found
        return self._known.get(object_id)

    def listening_job(self, object_id: str) -> int | None:
        """Return the job that listens to a sound now, or waits to."""
        job_id = self._listening_jobs.get(object_id)
        views = {view.job_id: view for view in self.jobs.views()}
        return job_id if job_id in views and not views[job_id].state.is_finished else None

    def better_beats(self, object_id: str) -> str:
        """Return who would find a sound's beats if it were listened to again; empty where nobody better is installed."""
        if not self.is_open or self.is_read_only or self.listening_job(object_id) is not None:
            return ""
        return listening.better_tracker(self.listening_of(object_id), self.studio)

    def listen_to(self, object_id: str, name: str = "", *, again: bool = False) -> int | None:
        """Listen to any stored sound: a stem, a take, a clip; once more where ``again`` says so."""
        return self._guard(partial(self._listen_to, object_id, name, again))

    def set_sound_tempo(self, sound_id: str, tempo_bpm: float) -> None:
        """Correct the tempo of a sound of the library by hand."""
        sound = next((sound for sound in self.sounds if sound.sound_id == sound_id), None)
        if sound is not None:
            self.set_object_tempo(sound.object_id, tempo_bpm)

    def set_object_tempo(self, object_id: str, tempo_bpm: float | None) -> None:
        """Correct a sound's tempo by hand; None goes back to what was found."""
        self._say(object_id, lambda: listening.correct_tempo(object_id, tempo_bpm, self.studio))

    def set_tempo_locked(self, object_id: str, is_locked: bool) -> None:
        """Keep a sound's tempo from being changed by a slip of the hand."""
        self._say(object_id, lambda: listening.lock_tempo(object_id, is_locked, self.studio))

    def set_object_key(self, object_id: str, key: Key | None) -> None:
        """Correct a sound's key by hand; None goes back to what was found."""
        self._say(object_id, lambda: listening.correct_key(object_id, key, self.studio))

    def set_object_keyless(self, object_id: str) -> None:
        """Say that a sound has no clear key, whatever was found."""
        self._say(object_id, lambda: listening.correct_key(object_id, None, self.studio, is_keyless=True))

    def set_key_locked(self, object_id: str, is_locked: bool) -> None:
        """Keep a sound's key from being changed by a slip of the hand."""
        self._say(object_id, lambda: listening.lock_key(object_id, is_locked, self.studio))

    def find_like(self, object_id: str) -> int | None:
        """Find what sounds like a stored sound."""

        def start() -> int:
            studio = self.studio

            def work(progress: Progress) -> searching.Finds:
                return searching.find_like(object_id, studio, progress)

            return self._run(self._listening_job("Find what sounds alike", "find", work), self._on_found)

        return self._guard(start)

    def find_words(self, words: str) -> int | None:
        """Find what sounds like a description, where CLAP is installed."""

        def start() -> int:
            from infinite_studio.engines.clap.embedder import ClapEmbedder

            studio = self.studio
            studio.weights.folder_of(searching.CLAP_WEIGHTS)

            def work(progress: Progress) -> searching.Finds:
                return searching.find_words(words, ClapEmbedder(studio.weights), studio, progress)

            job = Job(f"Find “{words}”", "find:clap", LaneName.INFERENCE, work)
            return self._run(job, self._on_found)

        return self._guard(start)

    def listen_to_everything(self) -> int | None:
        """Listen to every sound of the library and the history that nobody listened to yet."""

        def start() -> int:
            work = partial(searching.listen_to_everything, self.studio)
            job = self._listening_job("Listen to every sound", "listen", work)
            return self._run(job, self._on_all_heard)

        return self._guard(start)

    def forget_finds(self) -> None:
        """Let go of what was found."""
        self._finds = None
        self.changed.emit(Changes(sounds=True), None)

    def _listen_to(self, object_id: str, name: str, again: bool) -> int:
        studio = self.studio

        def work(progress: Progress) -> Analysis:
            return listening.listen_to_object(object_id, studio, progress, again=again)

        title = f"Listen to “{name}”" if name else "Listen to a sound"
        job = self._listening_job(title, "analyse", work, self.seconds_of(object_id))
        job_id = self._run(job, partial(self._on_heard, object_id))
        self._listening_jobs[object_id] = job_id
        self.changed.emit(Changes(sounds=True), None)
        return job_id

    def _listen(self, sound: Sound) -> int:
        job_id = super()._listen(sound)
        self._listening_jobs[sound.object_id] = job_id
        return job_id

    def _on_heard(self, object_id: str, analysis: Analysis) -> None:
        self._known[object_id] = analysis
        self._refresh_shelf(Changes(sounds=True))

    def _say(self, object_id: str, say: Callable[[], Known]) -> None:
        known = self._guard(say)
        if known is None:
            return
        if known.analysis is not None:
            self._known[object_id] = known.analysis
        self._refresh_shelf(Changes(sounds=True))

    def _on_found(self, finds: searching.Finds) -> None:
        self._finds = finds
        self._known.clear()
        self._refresh_shelf(Changes(sounds=True))

    def _on_all_heard(self, n_heard: int) -> None:
        self.notice.emit(f"Listened to {n_heard} sound{'' if n_heard == 1 else 's'}.")
        self._refresh_shelf(Changes(sounds=True))
