"""Mood words and what they do."""

from dataclasses import dataclass

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
_WORDS: tuple[tuple[Mood, str], ...] = (
    (
        Mood(_MINOR, brightness=-0.5),
        "dark darker gloomy moody brooding noir night nocturnal midnight shadowy murky",
    ),
    (
        Mood(_MINOR, brightness=-0.5),
        "evil sinister menacing scary haunting haunted eerie ominous creepy spooky horror",
    ),
    (Mood(_MINOR, brightness=-0.3, energy=0.2, space=0.3), "mysterious tense suspenseful tension mystical"),
    (
        Mood(_MINOR, tempo=-0.3, density=-0.3, brightness=-0.3, energy=-0.2),
        (
            "sad sadder melancholic melancholy sombre somber lonely nostalgic emotional bittersweet heartbroken wistful "
            "sorrowful mournful longing depressing depressed heartbreak crying tearful blue"
        ),
    ),
    (
        Mood(_MAJOR, brightness=0.4, density=0.2, energy=0.1),
        (
            "happy happier cheerful uplifting sunny joyful hopeful playful feel-good summer summery euphoric optimistic fun "
            "positive triumphant victorious celebratory cute quirky"
        ),
    ),
    (
        Mood(tempo=-0.3, density=-0.5, brightness=-0.3, energy=-0.4, space=0.2),
        (
            "calm calmer chill softer relaxed relaxing mellow peaceful soft gentle quiet laid-back soothing sleepy tranquil smooth "
            "cozy serene chilled calming low-energy easy lazy delicate"
        ),
    ),
    (
        Mood(tempo=0.3, density=0.5, brightness=0.3, energy=0.5),
        (
            "energetic livelier lively upbeat driving powerful high-energy bouncy danceable party groovy hype exciting "
            "motivational pumping workout running"
        ),
    ),
    (
        Mood(_MINOR, density=0.2, brightness=0.3, energy=0.7, space=-0.2),
        "hard harder heavier aggressive heavy intense angry brutal gritty raw dirty filthy violent savage hardcore rough",
    ),
    (
        Mood(density=-0.2, brightness=-0.1, energy=-0.3, space=0.6),
        (
            "dreamy ethereal spacious floating airy lush hazy celestial cosmic heavenly psychedelic trippy floaty "
            "magical underwater"
        ),
    ),
    (Mood(space=0.7), "epic wide atmosphere reverb reverby wet huge massive grand majestic"),
    (Mood(space=-0.7), "dry intimate close tight small"),
    (
        Mood(density=-0.7),
        "minimal sparse simple simpler sparser stripped stripped-back empty minimalist minimalistic slim",
    ),
    (Mood(density=0.7), "busy busier denser dense complex intricate full maximal layered rich"),
    (Mood(brightness=0.7), "bright brighter crisp shiny sparkling clear brilliant glossy clean"),
    (Mood(brightness=-0.6), "warm warmer muffled dusty mellowed dull round vintage analog analogue"),
    (Mood(energy=0.6), "punchy louder punchier loud banging fat phat"),
    (Mood(tempo=-1.0), "slow slowed slower downtempo slowly"),
    (Mood(tempo=1.0), "fast faster quick uptempo up-tempo speedy quickly"),
    (Mood(density=-0.3, energy=0.1), "hypnotic repetitive monotonous trance-like"),
    (Mood(density=0.3, energy=0.2), "funky groovier funkier rhythmic syncopated"),
    (Mood(brightness=-0.2, energy=-0.1), "jazzy soulful"),
    (Mood(density=0.2, brightness=0.1), "melodic catchy tuneful singable"),
    (Mood(density=-0.2, brightness=-0.2, space=0.2), "romantic tender sweet sensual sexy sultry lovely love"),
)
MOODS: dict[str, Mood] = {word.replace("-", " "): mood for mood, words in _WORDS for word in words.split()}
"""Moods by their words; blanks stand for blanks or hyphens."""
BRIGHT_MAJOR_WORDS = frozenset({"bright"})
"""Mood words that also prefer the major mode where nothing else decides."""
