"""`Style`: what the composer knows about a kind of music, read from a TOML file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from infinite_studio.engines.sketch.soundfonts import SoundFont
from infinite_studio.music.key import Mode
from infinite_studio.music.stems import StemType
from infinite_studio.music.tempo import BEATS_PER_BAR
from infinite_studio.music.voicing import Voicing

SKETCH_STEMS = (StemType.DRUMS, StemType.BASS, StemType.MELODY, StemType.OTHER)


class Role(StrEnum):
    """What a part does in the music."""

    BASS = "bass"
    CHORDS = "chords"
    ARP = "arp"
    LEAD = "lead"
    TEXTURE = "texture"


class SectionName(StrEnum):
    """The kinds of section a piece is made of."""

    INTRO = "intro"
    A = "a"
    B = "b"
    BREAK = "break"
    OUTRO = "outro"


@dataclass(frozen=True)
class StyleTempo:
    """How fast a style is and how it swings.

    ``swing`` is the share of a sixteenth by which every second one comes late (0.33 is a triplet feel);
    ``swing_unit_beats`` says which notes swing; ``humanise_ms`` bounds the micro-timing, which averages to zero.
    """

    default_bpm: float
    lowest_bpm: float
    highest_bpm: float
    swing: float
    swing_unit_beats: float
    humanise_ms: float


@dataclass(frozen=True)
class StyleHarmony:
    """Chord progressions as roman numerals for each mode, and how they end.

    ``cadences_in_sections`` says whether sections within a piece end on the cadence's first chord, as songs do;
    music made of loops goes round instead.
    """

    bars_per_chord: float
    minor_share: float
    progressions: Mapping[Mode, tuple[str, ...]]
    cadences: Mapping[Mode, str]
    cadences_in_sections: bool


@dataclass(frozen=True)
class KitPiece:
    """One drum of the kit: which sound it is and how it is mixed."""

    sound: str
    gain_db: float
    pan: float
    reverb: float
    tune_semitones: float
    decay: float
    late_ms: float = 0.0


@dataclass(frozen=True)
class Grid:
    """Rows of steps, a sixteenth each, for the drums of the kit; one or more whole bars long; and the sections they belong to."""

    rows: Mapping[str, str]
    sections: tuple[SectionName, ...] = ()

    @property
    def n_bars(self) -> int:
        """Bars until the longest row repeats."""
        return max((len(steps) for steps in self.rows.values()), default=0) // (4 * BEATS_PER_BAR)

    def suits(self, section: SectionName) -> bool:
        """Say whether the grid may be played in a kind of section."""
        return not self.sections or section in self.sections


@dataclass(frozen=True)
class StyleDrums:
    """The drum kit and what it plays; ``optional`` drums play only when they are asked for."""

    kit: Mapping[str, KitPiece]
    grooves: tuple[Grid, ...]
    fills: tuple[Grid, ...]
    optional: bool


@dataclass(frozen=True)
class PartSpec:
    """One voice of the arrangement: its role, instrument, patterns, range and place in the mix.

    ``is_added`` marks what a prompt has added, which plays in every section; ``form`` says how a lead goes on from motif
    to motif, see `infinite_studio.engines.sketch.compose.motif`; ``soundfont`` plays in the place of the instrument.
    """

    name: str
    role: Role
    stem: StemType
    instrument: str
    patterns: tuple[str, ...]
    lowest: int
    highest: int
    gain_db: float = 0.0
    pan: float = 0.0
    velocity: float = 0.8
    brightness: float = 0.0
    reverb: float = 0.0
    delay: float = 0.0
    duck: float = 1.0
    voices: int = 4
    strum_ms: float = 0.0
    order: str = "up"
    step_beats: float = 0.25
    gate: float = 0.8
    density: float = 0.5
    motif_bars: int = 1
    glide: float = 0.0
    pentatonic: bool = False
    optional: bool = False
    is_added: bool = False
    late_ms: float = 0.0
    voicing: Voicing = Voicing.LED
    form: str = "svsa"
    leaps: float = 0.25
    wobble_beats: float = 0.5
    effects: Mapping[str, float] = field(default_factory=dict)
    soundfont: SoundFont | None = None


@dataclass(frozen=True)
class SectionSpec:
    """Which drums and parts play in a kind of section (None: all), how hard, and how much softer it begins."""

    drums: tuple[str, ...] | None = None
    parts: tuple[str, ...] | None = None
    energy: float = 1.0
    rise: float = 0.0


@dataclass(frozen=True)
class Arrangement:
    """How a long piece is built: bars of intro and outro, and the sections between them, which go round."""

    intro_bars: int = 4
    body: tuple[tuple[SectionName, int], ...] = (
        (SectionName.A, 8),
        (SectionName.B, 8),
        (SectionName.BREAK, 4),
    )
    outro_bars: int = 4


@dataclass(frozen=True)
class StyleMix:
    """Levels of the stems against each other and of the whole, and what the side-chain does."""

    stem_db: Mapping[StemType, float]
    loudness_lufs: float
    duck_db: float
    duck_beats: float
    drive: float
    glue: float = 0.3


@dataclass(frozen=True)
class StyleEffects:
    """The room and the echo that the style's parts share."""

    reverb_seconds: float
    reverb_brightness: float
    delay_beats: float
    delay_feedback: float


@dataclass(frozen=True)
class Style:
    """Everything about one kind of music.

    ``hints`` are words that suggest it only where no style is named; ``moods`` are words that suit it; ``energy`` and ``brightness``, 0 to 1, tell what a piece of it is like, so that
    a style can be found for a sound.
    """

    name: str
    synonyms: tuple[str, ...]
    hints: tuple[str, ...]
    description: str
    moods: tuple[str, ...]
    energy: float
    brightness: float
    tempo: StyleTempo
    harmony: StyleHarmony
    drums: StyleDrums
    parts: tuple[PartSpec, ...]
    mix: StyleMix
    effects: StyleEffects
    arrangement: Arrangement = field(default_factory=Arrangement)
    sections: Mapping[SectionName, SectionSpec] = field(default_factory=dict)

    def section(self, name: SectionName) -> SectionSpec:
        """Return what plays in a kind of section; everything where the style does not say."""
        return self.sections.get(name, SectionSpec())
