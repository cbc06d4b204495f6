"""What a score is, for others: its notes by stem, and its blueprint."""

from collections.abc import Mapping

from infinite_studio.engines.sketch.compose.composer import leading_part
from infinite_studio.engines.sketch.compose.harmony import chord_at
from infinite_studio.engines.sketch.compose.score import Score
from infinite_studio.engines.sketch.general_midi import drum_pitch
from infinite_studio.engines.sketch.plan import Plan
from infinite_studio.engines.sketch.style import SKETCH_STEMS, Role
from infinite_studio.music.blueprint import Blueprint
from infinite_studio.music.note import Note
from infinite_studio.music.stems import StemType
from infinite_studio.music.tempo import BEATS_PER_BAR, STEPS_PER_BEAT

_DRUM_BEATS = 0.125
_HEARD_VELOCITY = 0.45


def notes_by_stem(plan: Plan, score: Score) -> Mapping[StemType, tuple[Note, ...]]:
    """Return what each stem plays, sorted; drums as General MIDI percussion, textures not at all."""
    kit = plan.style.drums.kit
    notes: dict[StemType, list[Note]] = {stem: [] for stem in SKETCH_STEMS}
    notes[StemType.DRUMS] = [
        Note(drum_pitch(kit[hit.drum].sound), hit.beat, _DRUM_BEATS, hit.velocity) for hit in score.hits
    ]
    for part in score.parts:
        if part.spec.role is not Role.TEXTURE:
            notes[part.spec.stem] += part.notes
    return {
        stem: tuple(sorted(played, key=lambda note: (note.start_beat, note.pitch)))
        for stem, played in notes.items()
    }


def blueprint_of_score(plan: Plan, score: Score) -> Blueprint:
    """Return the blueprint of a piece from its notes, which knows it better than any listening."""
    lead = leading_part(plan)
    melody = next((part.notes for part in score.parts if part.spec == lead), ())
    return Blueprint(
        tempo_bpm=plan.tempo.bpm,
        key=plan.key,
        chords=tuple(
            chord_at(score.chords, float(bar * BEATS_PER_BAR)).chord.numeral for bar in range(plan.n_bars)
        ),
        density=_density(score),
        brightness=_bounded(plan.style.brightness + 0.3 * plan.mood.brightness),
        energy=_bounded(plan.style.energy + 0.3 * plan.mood.energy),
        style=plan.style.name,
        n_bars=plan.n_bars,
        melody=melody,
    )


def _density(score: Score) -> float:
    """Return the share of sixteenths on which a drum is struck, or, without drums, a note begins."""
    heard = [hit.beat for hit in score.hits if hit.velocity >= _HEARD_VELOCITY]
    if not score.hits:
        heard = [note.start_beat for part in score.parts for note in part.notes]
    starts = {round(beat * STEPS_PER_BEAT) for beat in heard}
    return min(len(starts) / max(score.total_beats * STEPS_PER_BEAT, 1.0), 1.0)


def _bounded(value: float) -> float:
    return min(max(value, 0.0), 1.0)
