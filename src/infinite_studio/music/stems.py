"""The kinds of stem that a mixdown is made of."""

from enum import StrEnum


class StemType(StrEnum):
    """What a stem holds."""

    DRUMS = "drums"
    BASS = "bass"
    MELODY = "melody"
    VOCALS = "vocals"
    GUITAR = "guitar"
    PIANO = "piano"
    KICK = "kick"
    SNARE = "snare"
    HATS = "hats"
    OTHER = "other"
