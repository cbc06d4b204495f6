"""`compose`: from a plan to a score."""

from infinite_studio.engines.sketch.compose.arrangement import arrange
from infinite_studio.engines.sketch.compose.bassline import play_bass
from infinite_studio.engines.sketch.compose.comping import play_arp, play_chords, play_texture
from infinite_studio.engines.sketch.compose.drumming import drum
from infinite_studio.engines.sketch.compose.harmony import harmonise
from infinite_studio.engines.sketch.compose.melody import play_lead
from infinite_studio.engines.sketch.compose.score import ChordSpan, Score, ScorePart, Section
from infinite_studio.engines.sketch.plan import Plan
from infinite_studio.engines.sketch.style import PartSpec, Role, SectionName
from infinite_studio.music.note import Note
from infinite_studio.progress import Progress


def compose(plan: Plan, progress: Progress) -> Score:
    """Write all notes of a piece; equal plans give equal scores."""
    style, total_beats = plan.style, plan.total_beats
    sections = arrange(plan.n_bars)
    chords = harmonise(style, plan.key, sections, total_beats, plan.seed)
    hits = drum(style, sections, total_beats, plan.mood, plan.seed)
    parts = []
    for place, spec in enumerate(style.parts):
        progress.report(place / len(style.parts), f"Writing {spec.name}")
        part = _play(spec, plan, sections, chords)
        parts.append(_kept(part, plan, sections))
    return Score(
        tempo=plan.tempo,
        key=plan.key,
        total_beats=total_beats,
        feel=style.tempo,
        sections=sections,
        chords=chords,
        hits=hits,
        parts=tuple(parts),
    )


def _play(
    spec: PartSpec, plan: Plan, sections: tuple[Section, ...], chords: tuple[ChordSpan, ...]
) -> ScorePart:
    if spec.role is Role.BASS:
        return play_bass(spec, sections, chords, plan.key, plan.seed)
    if spec.role is Role.CHORDS:
        return play_chords(spec, sections, chords, plan.seed)
    if spec.role is Role.ARP:
        return play_arp(spec, sections, chords, plan.mood, plan.seed)
    if spec.role is Role.LEAD:
        return play_lead(spec, sections, chords, plan.key, plan.mood, plan.seed)
    return play_texture(spec, sections)


def _kept(part: ScorePart, plan: Plan, sections: tuple[Section, ...]) -> ScorePart:
    """Leave out what lies in sections where the part is silent, and cut what is longer than the piece."""
    silent = [section for section in sections if not _plays(part.spec, plan, section.name)]
    spans = [(section.start_bar * 4.0, section.end_bar * 4.0) for section in silent]
    notes = []
    for note in part.notes:
        if note.start_beat >= plan.total_beats - 1e-6:
            continue
        if any(start <= note.start_beat < end for start, end in spans):
            continue
        length = min(note.length_beats, plan.total_beats - note.start_beat)
        notes.append(Note(note.pitch, note.start_beat, length, min(note.velocity, 1.0)))
    return ScorePart(part.spec, tuple(notes), part.glides)


def _plays(spec: PartSpec, plan: Plan, name: SectionName) -> bool:
    parts = plan.style.section(name).parts
    return parts is None or spec.name in parts or spec.name == spec.instrument
