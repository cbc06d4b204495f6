"""The words that the composer knows besides the styles: moods, instruments, fillers."""

from dataclasses import dataclass
from enum import StrEnum

from infinite_studio.music.key import Mode


@dataclass(frozen=True)
class Mood:
    """What a mood word does; every number is −1 to 1, 0 leaves things as they are."""

    mode: Mode | None = None
    tempo: float = 0.0
    density: float = 0.0
    brightness: float = 0.0
    energy: float = 0.0
    space: float = 0.0

    def plus(self, other: "Mood") -> "Mood":
        """Return both moods together; the first mode named stays."""

        def both(one: float, two: float) -> float:
            return min(max(one + two, -1.0), 1.0)

        return Mood(
            self.mode or other.mode,
            both(self.tempo, other.tempo),
            both(self.density, other.density),
            both(self.brightness, other.brightness),
            both(self.energy, other.energy),
            both(self.space, other.space),
        )


_MINOR, _MAJOR = Mode.MINOR, Mode.MAJOR
_DARK = Mood(_MINOR, brightness=-0.5)
_SAD = Mood(_MINOR, tempo=-0.3, density=-0.3, brightness=-0.3, energy=-0.2)
_HAPPY = Mood(_MAJOR, brightness=0.4, density=0.2, energy=0.1)
_CALM = Mood(tempo=-0.3, density=-0.5, brightness=-0.3, energy=-0.4, space=0.2)
_ENERGETIC = Mood(tempo=0.3, density=0.5, brightness=0.3, energy=0.5)
_HARD = Mood(_MINOR, density=0.2, brightness=0.3, energy=0.7, space=-0.2)
_DREAMY = Mood(density=-0.2, brightness=-0.1, energy=-0.3, space=0.6)
_SPARSE = Mood(density=-0.7)
_BUSY = Mood(density=0.7)

MOODS: dict[str, Mood] = {
    **dict.fromkeys(["dark", "gloomy", "moody", "brooding", "noir", "night", "nocturnal"], _DARK),
    **dict.fromkeys(["evil", "sinister", "menacing", "scary", "haunting", "eerie", "ominous"], _DARK),
    **dict.fromkeys(["sad", "melancholic", "melancholy", "sombre", "somber", "lonely", "nostalgic"], _SAD),
    **dict.fromkeys(["emotional", "bittersweet", "heartbroken", "wistful"], _SAD),
    **dict.fromkeys(["happy", "cheerful", "uplifting", "sunny", "joyful", "hopeful", "playful"], _HAPPY),
    **dict.fromkeys(["feel-good", "summer", "euphoric", "optimistic", "fun"], _HAPPY),
    **dict.fromkeys(["calm", "chill", "relaxed", "relaxing", "mellow", "peaceful", "soft", "gentle"], _CALM),
    **dict.fromkeys(["quiet", "laid back", "soothing", "sleepy", "tranquil", "smooth", "cozy"], _CALM),
    **dict.fromkeys(["energetic", "lively", "upbeat", "driving", "powerful", "high energy"], _ENERGETIC),
    **dict.fromkeys(["bouncy", "danceable", "party"], _ENERGETIC),
    **dict.fromkeys(["hard", "aggressive", "heavy", "intense", "angry", "brutal", "gritty"], _HARD),
    **dict.fromkeys(["dreamy", "ethereal", "spacious", "floating", "airy", "lush", "hazy"], _DREAMY),
    **dict.fromkeys(["cinematic", "epic", "wide", "atmosphere", "reverb", "reverby", "wet"], Mood(space=0.7)),
    **dict.fromkeys(["dry", "intimate", "close"], Mood(space=-0.7)),
    **dict.fromkeys(["minimal", "sparse", "simple", "stripped", "stripped back", "empty"], _SPARSE),
    **dict.fromkeys(["busy", "dense", "complex", "intricate", "full"], _BUSY),
    **dict.fromkeys(["bright", "crisp", "shiny", "sparkling", "clear"], Mood(brightness=0.7)),
    **dict.fromkeys(["warm", "muffled", "dusty", "mellowed", "dull", "round"], Mood(brightness=-0.6)),
    **dict.fromkeys(["punchy", "loud", "banging"], Mood(energy=0.6)),
    **dict.fromkeys(["slow", "slowed", "slower", "downtempo"], Mood(tempo=-1.0)),
    **dict.fromkeys(["fast", "faster", "quick", "uptempo", "up tempo", "speedy"], Mood(tempo=1.0)),
    **dict.fromkeys(["romantic", "tender", "sweet"], Mood(density=-0.2, brightness=-0.2, space=0.2)),
}
BRIGHT_MAJOR_WORDS = frozenset({"bright"})
"""Mood words that also prefer the major mode where nothing else decides."""


class Target(StrEnum):
    """What kind of thing an instrument word names."""

    STEM = "stem"
    ROLE = "role"
    LANE = "lane"
    INSTRUMENT = "instrument"


@dataclass(frozen=True)
class Named:
    """What an instrument word names: its kind, the name there, and the word for chips."""

    target: Target
    name: str
    label: str


def _named(target: Target, name: str, label: str, *words: str) -> dict[str, Named]:
    return dict.fromkeys((label, *words), Named(target, name, label))


INSTRUMENT_WORDS: dict[str, Named] = {
    **_named(Target.STEM, "drums", "drums", "drum", "percussion", "drumbeat", "drum kit", "drum beat"),
    **_named(Target.STEM, "bass", "bass", "bassline", "bass line", "low end"),
    **_named(Target.STEM, "melody", "melody", "melodies", "tune", "topline", "top line"),
    **_named(Target.ROLE, "lead", "lead", "leads", "synth lead"),
    **_named(Target.ROLE, "chords", "chords", "chord", "harmony"),
    **_named(Target.ROLE, "arp", "arp", "arps", "arpeggio", "arpeggios", "arpeggiated"),
    **_named(Target.ROLE, "texture", "texture", "textures", "noise"),
    **_named(Target.LANE, "kick", "kick", "kicks", "kick drum", "bass drum"),
    **_named(Target.LANE, "snare", "snare", "snares", "snare drum"),
    **_named(Target.LANE, "clap", "clap", "claps", "handclap", "handclaps"),
    **_named(Target.LANE, "hat", "hats", "hat", "hi-hat", "hi-hats", "hihat", "hihats", "high hats"),
    **_named(Target.LANE, "ride", "ride", "ride cymbal"),
    **_named(Target.LANE, "crash", "crash", "crash cymbal", "crashes"),
    **_named(Target.LANE, "shaker", "shaker", "shakers"),
    **_named(Target.LANE, "rim", "rim", "rims", "rimshot", "rimshots"),
    **_named(Target.LANE, "tom", "toms", "tom"),
    **_named(Target.LANE, "conga", "congas", "conga", "bongos"),
    **_named(Target.LANE, "tambourine", "tambourine"),
    **_named(Target.LANE, "cowbell", "cowbell", "cowbells"),
    **_named(Target.INSTRUMENT, "808", "808", "808s", "808 bass"),
    **_named(Target.INSTRUMENT, "sub", "sub", "sub bass", "subbass"),
    **_named(Target.INSTRUMENT, "reese", "reese", "reese bass"),
    **_named(Target.INSTRUMENT, "upright", "upright bass", "double bass", "contrabass"),
    **_named(Target.INSTRUMENT, "saw bass", "saw bass", "synth bass"),
    **_named(Target.INSTRUMENT, "acid", "acid", "303", "acid line"),
    **_named(Target.INSTRUMENT, "pick bass", "bass guitar", "electric bass"),
    **_named(
        Target.INSTRUMENT, "rhodes", "rhodes", "electric piano", "e-piano", "epiano", "wurlitzer", "wurli"
    ),
    **_named(Target.INSTRUMENT, "piano", "piano", "pianos", "grand piano", "keys"),
    **_named(Target.INSTRUMENT, "organ", "organ", "organs", "hammond"),
    **_named(Target.INSTRUMENT, "pad", "pad", "pads", "synth pad", "synth pads"),
    **_named(Target.INSTRUMENT, "strings", "strings", "string section", "violins", "orchestra"),
    **_named(Target.INSTRUMENT, "choir", "choir", "choirs"),
    **_named(Target.INSTRUMENT, "supersaw", "supersaw", "supersaws", "super saw"),
    **_named(Target.INSTRUMENT, "stab", "stabs", "stab", "synth stabs"),
    **_named(Target.INSTRUMENT, "brass", "brass", "horn", "horns", "trumpet", "trumpets"),
    **_named(Target.INSTRUMENT, "pluck", "pluck", "plucks", "plucked"),
    **_named(Target.INSTRUMENT, "bell", "bells", "bell", "glockenspiel", "music box"),
    **_named(Target.INSTRUMENT, "guitar", "guitar", "guitars", "nylon guitar", "acoustic guitar"),
    **_named(Target.INSTRUMENT, "saw lead", "saw lead"),
    **_named(Target.INSTRUMENT, "square lead", "square lead", "chiptune lead"),
    **_named(Target.INSTRUMENT, "flute", "flute", "flutes", "pan flute"),
    **_named(Target.INSTRUMENT, "whistle", "whistle", "whistles", "whistling"),
    **_named(Target.INSTRUMENT, "vinyl", "vinyl", "vinyl crackle", "crackle", "record noise"),
    **_named(Target.INSTRUMENT, "wind", "wind"),
}

_FILLERS = """
    a an and any are as at be beat beats bpm but by can cool create different do for from generate genre give
    good got great has have i i'd im in instrumental instrumentals instrument instruments into is it it's its
    just kind key length let like little long loop loops lot lots made make makes making me mood music
    musical my need nice of on one or other our out piece please produce really section sections seconds show
    so some something song songs sort sound sounding sounds style styled styles tempo that the their then there
    these this those to track tracks tune type up us use using vibe vibes very want we which while with you your
    featuring feat plus no not without minus feel feeling inspired s t
"""
STOP_WORDS = frozenset(_FILLERS.split())
"""Words that ask for nothing in particular and are therefore never called unknown."""
