"""`compose`: from a plan to a score."""

from dataclasses import replace

from infinite_studio.engines.sketch.compose.arpeggio import play_arp
from infinite_studio.engines.sketch.compose.arrangement import arrange
from infinite_studio.engines.sketch.compose.bassline import play_bass
from infinite_studio.engines.sketch.compose.comping import play_chords, play_texture
from infinite_studio.engines.sketch.compose.drumming import drum
from infinite_studio.engines.sketch.compose.given import play_given
from infinite_studio.engines.sketch.compose.harmony import harmonise
from infinite_studio.engines.sketch.compose.melody import play_lead
from infinite_studio.engines.sketch.compose.score import ChordSpan, Score, ScorePart, Section
from infinite_studio.engines.sketch.plan import Plan
from infinite_studio.engines.sketch.style import PartSpec, Role, SectionName, Style
from infinite_studio.music.note import Note
from infinite_studio.music.tempo import BEATS_PER_BAR
from infinite_studio.progress import Progress


def compose(plan: Plan, progress: Progress) -> Score:
    """Write all notes of a piece; equal plans give equal scores."""
    style = plan.style
    sections = arrange(
        plan.n_bars, style.arrangement, is_loop=plan.is_loop, is_continuation=plan.is_continuation
    )
    chords = harmonise(plan, sections)
    progress.report(0.2, "Writing drums")
    hits = drum(plan, sections)
    parts = []
    for place, spec in enumerate(style.parts):
        progress.report(0.3 + 0.7 * place / len(style.parts), f"Writing {spec.name}")
        parts.append(_written(spec, plan, sections, chords))
    return Score(
        tempo=plan.tempo,
        key=plan.key,
        total_beats=plan.total_beats,
        feel=style.tempo,
        sections=sections,
        chords=chords,
        hits=hits,
        parts=tuple(parts),
    )


def leading_part(plan: Plan) -> PartSpec | None:
    """Return the part that plays a given melody: the first lead."""
    return next((spec for spec in plan.style.parts if spec.role is Role.LEAD), None)


def _written(
    spec: PartSpec, plan: Plan, sections: tuple[Section, ...], chords: tuple[ChordSpan, ...]
) -> ScorePart:
    if plan.melody and spec == leading_part(plan):
        return play_given(spec, plan.melody, plan.total_beats)
    playing = tuple(section for section in sections if _plays(spec, plan.style, section.name))
    if spec.role is Role.TEXTURE:
        return _kept(play_texture(spec, playing), plan, playing)
    return _kept(_played(spec, plan, sections, chords), plan, playing)


def _played(
    spec: PartSpec, plan: Plan, sections: tuple[Section, ...], chords: tuple[ChordSpan, ...]
) -> ScorePart:
    play = {Role.BASS: play_bass, Role.CHORDS: play_chords, Role.ARP: play_arp, Role.LEAD: play_lead}
    return play[spec.role](spec, plan, sections, chords)


def _kept(part: ScorePart, plan: Plan, playing: tuple[Section, ...]) -> ScorePart:
    """Leave out what lies in sections where the part is silent, shade the rest, cut what is longer than the piece."""
    notes: list[Note] = []
    for note in part.notes:
        section = next((one for one in playing if _holds(one, note.start_beat)), None)
        if section is None or note.start_beat >= plan.total_beats - 1e-6:
            continue
        force = 1.0 if part.spec.role is Role.TEXTURE else _force(plan.style, section, note.start_beat)
        notes.append(
            replace(
                note,
                length_beats=min(note.length_beats, plan.total_beats - note.start_beat),
                velocity=min(max(note.velocity * force, 0.02), 1.0),
            )
        )
    return replace(part, notes=tuple(notes))


def _holds(section: Section, beat: float) -> bool:
    return section.start_bar * BEATS_PER_BAR <= beat < section.end_bar * BEATS_PER_BAR


def _force(style: Style, section: Section, beat: float) -> float:
    """Return how hard parts play at a place: half of what the section asks of the drums, and its rise."""
    spec = style.section(section.name)
    share = (beat / BEATS_PER_BAR - section.start_bar) / max(section.n_bars - 1, 1)
    return (0.5 + 0.5 * spec.energy) * (1.0 - spec.rise * (1.0 - min(share, 1.0)))


def _plays(spec: PartSpec, style: Style, name: SectionName) -> bool:
    """Say whether a part plays in a kind of section; parts that a prompt added play everywhere."""
    parts = style.section(name).parts
    return parts is None or spec.name in parts or spec.is_added
