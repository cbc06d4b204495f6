"""New takes out of what is there: like it, after it, with one stem rolled again; and its notes for other programs."""

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from infinite_studio.engines.base import GenerationRequest, Sampling
from infinite_studio.history.values import JobRecord
from infinite_studio.jobs.job import Job, LaneName, Memo
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Part, Progress
from infinite_studio.services import composing, making, melodies, midi, variations
from infinite_studio.services.follow_wishes import FollowWish
from infinite_studio.services.following_engines import Follower, follower_for, plain_label
from infinite_studio.services.heard_sounds import SoundsToHear
from infinite_studio.services.making import TakesRequest
from infinite_studio.services.session_parts.takes import Batch, Takes
from infinite_studio.services.sources import (
    Source,
    blueprint_of_source,
    composed,
    find_source,
    is_composed,
    notes_of,
)
from infinite_studio.services.values import Changes, LikeSource, Melody, StoredTake
from infinite_studio.services.windows import followed_by

LARGEST_DRAWN_SEED = 9_999

FOLLOW = "generate-like"


class Variations(Takes):
    """What the next take follows, and takes that are made out of others."""

    _like: LikeSource | None = None
    _melodies: tuple[Melody, ...] = ()
    _melody: Melody | None = None
    _seeds = random.Random()
    _chosen_engine = ""
    _chosen_sampling = Sampling()

    @property
    def like(self) -> LikeSource | None:
        """The piece that the next take of the Generate panel is to be like."""
        return self._like

    @property
    def melody(self) -> Melody | None:
        """The notes that the lead of the next take plays."""
        return self._melody

    @property
    def melody_choices(self) -> tuple[Melody, ...]:
        """What else the file that the melody came from sings."""
        return self._melodies

    def choose_like(self, source_id: str) -> int | None:
        """Let the next take be like a take, a clip's sound or a sound of the library; find out what that is like."""
        return self._guard(partial(self._choose_like, source_id))

    def choose_engine(self, engine: str, sampling: Sampling | None = None) -> None:
        """Note who is to make takes, and how its network draws: menus that make something ask it too."""
        self._chosen_engine, self._chosen_sampling = engine, sampling or Sampling()

    def drop_like(self) -> None:
        """Let the next take be like nothing in particular."""
        self._like = None
        self.changed.emit(Changes(sources=True), None)

    def set_melody(self, melody: Melody | None) -> None:
        """Let the lead of the next take play these notes, or a tune of its own."""
        self._melody = melody
        self._melodies = self._melodies if melody in self._melodies else ()
        self.changed.emit(Changes(sources=True), None)

    def load_melody(self, path: Path) -> int | None:
        """Take the melody from a MIDI file."""
        job = self._disk_job(f"Read “{path.name}”", "midi", lambda _: melodies.melodies_of_midi(path))
        return self._run(job, self._on_melodies)

    def import_files(
        self, paths: Sequence[Path], at_frame: int | None = None, track_id: str | None = None
    ) -> None:
        """Keep dropped files; a MIDI file among them becomes the melody of the next take."""
        tunes = [path for path in paths if path.suffix.lower() in midi.MIDI_SUFFIXES]
        for path in tunes:
            self.load_melody(path)
        super().import_files([path for path in paths if path not in tunes], at_frame, track_id)

    def melody_from(self, source_id: str) -> int | None:
        """Take the melody from the lead of a take."""

        def start() -> int:
            source = self._source(source_id)
            composer, request = composed(source, self.studio)

            def work(_: Progress) -> Melody:
                blueprint = composer.blueprint(request)
                return melodies.melody_of_notes(blueprint.melody, source.label, blueprint.tempo_bpm)

            return self._run(self._disk_job(f"Melody of “{source.label}”", "_melody", work), self.set_melody)

        return self._guard(start)

    def names_tempo(self, prompt: str, engine: str = "sketch") -> bool:
        """Whether a prompt says its tempo."""
        return bool(self._guard(lambda: melodies.names_tempo(prompt, self.studio.generators.get(engine))))

    def is_composed(self, source_id: str) -> bool:
        """Whether the notes of a take or of a clip's sound are known."""
        return bool(self._guard(lambda: is_composed(self._source(source_id), self.studio)))

    def generate_takes(
        self, requests: Sequence[GenerationRequest], engine: str = "sketch"
    ) -> tuple[int, ...]:
        """Make takes that belong together: the first finished goes on the timeline, the others wait in the list."""
        batch = self._batch(engine)
        if requests:
            self._describe(requests[0], batch)
            self._let_hear(requests[0], batch)
        return self._submit_all(requests, batch)

    def vary(
        self,
        source_id: str,
        closeness: float = variations.DEFAULT_CLOSENESS,
        prompt: str | None = None,
        engine: str | None = None,
    ) -> int | None:
        """Make a take like another take or any stored sound, by the engine that was chosen where it can."""

        def start() -> int:
            source = self._source(source_id)
            words = self._prompt_of(source) if prompt is None else prompt
            follower = self._follower(engine, f"varies “{source.label}”")
            return self._follow(self._wish(source, follower.engine, words, closeness=closeness))

        return self._guard(start)

    def continue_take(self, source_id: str, engine: str | None = None) -> int | None:
        """Make what comes after a take or any stored sound, by the engine that was chosen where it can; put it there."""

        def start() -> int:
            source = self._source(source_id)
            follower = self._follower(engine, f"continues “{source.label}”")
            words = self._prompt_of(source)
            return self._follow(self._wish(source, follower.engine, words, is_continuation=True))

        return self._guard(start)

    def reroll_stem(self, source_id: str, stem_type: StemType, seed: int | None = None) -> int | None:
        """Make a take anew with one stem rolled again; the others stay as they are to the last sample."""

        def start() -> int:
            source = self._source(source_id)
            _, request = composed(source, self.studio)
            stems = self._stems_of(source)
            fresh = (
                self._drawn_seed(request.part_seeds.get(stem_type, request.seed)) if seed is None else seed
            )
            wanted = variations.rerolled(request, stem_type, fresh, source.label, stems)
            batch = self._batch(source.recipe.engine if source.recipe is not None else "sketch")
            known = [fact for fact in source.facts if fact not in variations.facts_of(request)]
            batch.facts = (*known, *variations.facts_of(wanted))
            return self._submit(wanted, batch)

        return self._guard(start)

    def export_midi(self, source_id: str, folder: Path) -> int | None:
        """Write what the stems of a take play, one MIDI file a stem."""

        def start() -> int:
            source, studio = self._source(source_id), self.studio
            composer, request = composed(source, studio)
            title = f"{self.project.name} – {source.label}"

            def work(_: Progress) -> tuple[Path, ...]:
                made = composer.understand(request)
                tempo_bpm = made.tempo_bpm or composing.NOTES_BPM
                return midi.export_midi(notes_of(source, studio), tempo_bpm, made.key, folder, title)

            return self._run(self._disk_job(f"Export MIDI of “{source.label}”", "midi", work), self._on_midi)

        return self._guard(start)

    def _wish(
        self,
        source: Source,
        engine: str,
        prompt: str,
        *,
        is_continuation: bool = False,
        closeness: float = variations.DEFAULT_CLOSENESS,
    ) -> FollowWish:
        return FollowWish(
            source,
            engine,
            self._drawn_seed(),
            prompt,
            is_continuation,
            self._hears(engine),
            closeness,
            self._chosen_sampling,
        )

    def _follow(self, wish: FollowWish) -> int:
        """Find out what a source is like and make a take from that, in one job."""
        source, studio, batch = wish.source, self.studio, self._batch(wish.engine)
        if wish.is_continuation:
            batch.continues = source.recipe if is_composed(source, studio) else source.object_id
        if wish.hears_sounds and wish.is_continuation:
            batch.continues = followed_by(source, studio)
            batch.heard = SoundsToHear(continued=source.object_id)
            batch.facts = (f"continues “{source.label}”",)
        elif wish.hears_sounds:
            batch.heard = SoundsToHear(like=source.object_id)
        asked = GenerationRequest(self._prompt_of(source), sampling=wish.sampling)
        wanted = TakesRequest(asked, wish.engine, 1, batch.heard, self._inputs_of(source), batch.facts)

        def work(progress: Progress) -> tuple[StoredTake, ...]:
            blueprint = blueprint_of_source(source, studio, Part(progress, 0.0, 0.3))
            request = wish.request(blueprint)
            facts = batch.facts or variations.facts_of(request, source.label)
            known = replace(wanted, request=request, facts=facts)
            return making.make_takes(known, studio, Part(progress, 0.3, 1.0))

        title = f"{'Continue' if wish.is_continuation else 'Vary'} “{source.label}”"
        if wish.hears_sounds:
            title = f"{title} with {plain_label(studio.generators.get(wish.engine).info)}"
        seconds = self.seconds_of(source.object_id)
        kind = f"{FOLLOW}:{wish.engine}"
        memo = Memo(FOLLOW, wish.to_json())
        return self._run_growing(Job(title, kind, LaneName.INFERENCE, work, seconds, memo), wanted, batch)

    def _ask_again(self, record: JobRecord) -> int | None:
        if record.kind != FOLLOW:
            return super()._ask_again(record)
        hears_sounds = self._hears(str(record.request.get("engine")))
        return self._follow(FollowWish.from_json(record.request, hears_sounds=hears_sounds))

    def _choose_like(self, source_id: str) -> int:
        source, studio = self._source(source_id), self.studio
        object_id = next(iter(self._inputs_of(source)), "")
        prompt = self._prompt_of(source)
        self._like = LikeSource(source_id, source.label, prompt, object_id, sound_id=source.object_id)
        self.changed.emit(Changes(sources=True), None)
        job = self._disk_job(
            f"Listen to “{source.label}”",
            "blueprint" if object_id else "_blueprint",
            lambda p: blueprint_of_source(source, studio, p),
            self.seconds_of(source.object_id),
        )
        return self._run(
            job, partial(self._on_blueprint, source_id), on_failure=partial(self._on_no_blueprint, source_id)
        )

    def _on_blueprint(self, source_id: str, blueprint: Blueprint) -> None:
        if self._like is not None and self._like.source_id == source_id:
            self._like = replace(self._like, blueprint=blueprint)
            self.changed.emit(Changes(sources=True), None)

    def _on_no_blueprint(self, source_id: str) -> None:
        if self._like is not None and self._like.source_id == source_id and self._like.blueprint is None:
            self.drop_like()

    def _on_melodies(self, found: tuple[Melody, ...]) -> None:
        self._melodies, self._melody = found, found[0]
        self.changed.emit(Changes(sources=True), None)

    def _on_midi(self, paths: tuple[Path, ...]) -> None:
        what = paths[0].name if len(paths) == 1 else f"{len(paths)} MIDI files"
        self.notice.emit(f"Exported {what} to {paths[0].parent}.")

    def _source(self, source_id: str) -> Source:
        return find_source(source_id, self._takes, self.project, self.sounds)

    def _inputs_of(self, source: Source) -> tuple[str, ...]:
        """Return the sounds that must be listened to for a source: none where its notes are known."""
        return () if is_composed(source, self.studio) else (source.object_id,)

    def _describe(self, request: GenerationRequest, batch: Batch) -> None:
        """Note where the melody and the piece to follow come from, in the person's words."""
        like, melody = self._like, self._melody
        is_like = like is not None and like.blueprint is not None and request.like == like.blueprint
        if like is not None and is_like and like.object_id:
            batch.input_object_ids = (like.object_id,)
        is_sung = melody is not None and request.melody == melody.notes
        batch.facts = variations.facts_of(
            request,
            like.label if like is not None and is_like else "",
            melody.label if melody is not None and is_sung else "",
        )

    def _let_hear(self, request: GenerationRequest, batch: Batch) -> None:
        """Let an engine that hears follow the sound itself, not only what was found in it."""
        like = self._like
        is_like = like is not None and like.blueprint is not None and request.like == like.blueprint
        if like is not None and is_like and self._hears(batch.engine):
            batch.heard = replace(batch.heard, like=like.sound_id)

    def _follower(self, engine: str | None, what: str) -> Follower:
        """Return who follows a sound: the engine asked for, else the chosen one where it can; say if it is another."""
        if engine is not None:
            return Follower(engine, plain_label(self.studio.generators.get(engine).info))
        found = follower_for(self._chosen_engine, what, self.studio.generators)
        if found.notice:
            self.notice.emit(found.notice)
        return found

    def _hears(self, engine: str) -> bool:
        return self.studio.generators.get(engine).info.hears_sounds

    def _prompt_of(self, source: Source) -> str:
        return source.recipe.prompt if source.recipe is not None else ""

    def _stems_of(self, source: Source) -> tuple[StemType, ...]:
        """Return the stems of a source, as far as they are known; the composer knows its own."""
        take = self._take(source.source_id)
        return tuple(take.stems) if take is not None else tuple(StemType)

    def _drawn_seed(self, other_than: int | None = None) -> int:
        """Draw a seed short enough to be remembered."""
        seed = self._seeds.randint(1, LARGEST_DRAWN_SEED)
        return seed if seed != other_than else seed % LARGEST_DRAWN_SEED + 1
