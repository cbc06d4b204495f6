"""`compose`: from a plan to a score."""

from dataclasses import replace

from infinite_studio.engines.sketch.compose.arrangement import arrange
from infinite_studio.engines.sketch.compose.bassline import play_bass
from infinite_studio.engines.sketch.compose.comping import play_arp, play_chords, play_texture
from infinite_studio.engines.sketch.compose.drumming import drum
from infinite_studio.engines.sketch.compose.harmony import harmonise
from infinite_studio.engines.sketch.compose.melody import play_lead
from infinite_studio.engines.sketch.compose.score import ChordSpan, Score, ScorePart, Section
from infinite_studio.engines.sketch.plan import Plan
from infinite_studio.engines.sketch.style import PartSpec, Role, SectionName, Style
from infinite_studio.music.tempo import BEATS_PER_BAR
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
        playing = tuple(section for section in sections if _plays(spec, style, section.name))
        part = _play(spec, plan, sections if spec.role is not Role.TEXTURE else playing, chords)
        parts.append(_kept(part, plan.total_beats, playing))
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


def _kept(part: ScorePart, total_beats: float, playing: tuple[Section, ...]) -> ScorePart:
    """Leave out what lies in sections where the part is silent, and cut what is longer than the piece."""
    spans = [
        (float(section.start_bar * BEATS_PER_BAR), float(section.end_bar * BEATS_PER_BAR))
        for section in playing
    ]
    notes = tuple(
        replace(note, length_beats=min(note.length_beats, total_beats - note.start_beat))
        for note in part.notes
        if note.start_beat < total_beats - 1e-6
        and any(start <= note.start_beat < end for start, end in spans)
    )
    return replace(part, notes=notes)


def _plays(spec: PartSpec, style: Style, name: SectionName) -> bool:
    """Say whether a part plays in a kind of section; parts that a prompt added play everywhere."""
    parts = style.section(name).parts
    return parts is None or spec.name in parts or spec.name == spec.instrument
