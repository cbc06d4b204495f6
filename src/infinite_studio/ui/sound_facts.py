"""What is known about a sound, in words a musician reads; no widgets here."""

from infinite_studio.analysis.analysis import Analysis
from infinite_studio.analysis.beat_tracking import BUILT_IN
from infinite_studio.history.recipe import Recipe
from infinite_studio.services.variations import facts_of_recipe
from infinite_studio.ui.kit.time_text import signed_text

CONFIDENT = 0.6
LIKELY = 0.3
UNKNOWN = "–"
BY_HAND = "set by hand"
IMPORT_ENGINE = "import"
_CHANNEL_WORDS = {1: "mono", 2: "stereo"}


def confidence_word(confidence: float) -> str:
    """Say how sure the analysis is."""
    if confidence >= CONFIDENT:
        return "confident"
    return "likely" if confidence >= LIKELY else "a guess"


def tempo_text(analysis: Analysis | None) -> str:
    """Write the tempo with its confidence in words."""
    if analysis is None:
        return "Listening…"
    if analysis.tempo_bpm is None:
        return "no clear tempo"
    sure = BY_HAND if "tempo" in analysis.corrected else confidence_word(analysis.tempo_confidence)
    return f"{analysis.tempo_bpm:.1f} BPM · {sure}"


def beats_text(analysis: Analysis | None) -> str:
    """Say who found tempo, beats and bars, and why it was not another."""
    if analysis is None:
        return ""
    if analysis.beats_from == BUILT_IN and analysis.beats_remark:
        return analysis.beats_remark
    who = "the built-in estimator" if analysis.beats_from == BUILT_IN else analysis.beats_from
    return f"Beats found by {who}. {analysis.beats_remark}".rstrip()


def key_text(analysis: Analysis | None) -> str:
    """Write the key with its confidence in words."""
    if analysis is None:
        return "Listening…"
    is_said = "key" in analysis.corrected
    if analysis.key is None:
        return f"no clear key · {BY_HAND}" if is_said else "no clear key"
    return f"{analysis.key} · {BY_HAND if is_said else confidence_word(analysis.key_confidence)}"


def heard_text(analysis: Analysis | None) -> str:
    """Say that only a part of a very long sound was listened to; empty where all of it was."""
    if analysis is None or analysis.heard_share == 1.0:
        return ""
    return (
        f"A very long sound: tempo, key and sections come from {analysis.heard_share:.0%} of it, "
        "spread from beginning to end; loudness and energy from all of it."
    )


def loudness_text(analysis: Analysis | None) -> str:
    """Write the integrated loudness."""
    if analysis is None:
        return "Listening…"
    if analysis.loudness_lufs is None:
        return "too short or silent"
    return f"{signed_text(analysis.loudness_lufs)} LUFS"


def runner_up_text(analysis: Analysis | None) -> str:
    """Name the next best key; nothing beside one that a person set."""
    if analysis is None or analysis.runner_up_key is None or "key" in analysis.corrected:
        return ""
    return f"or {analysis.runner_up_key}"


def range_text(analysis: Analysis | None) -> str:
    """Write the loudness range."""
    value = None if analysis is None else analysis.loudness_range_lu
    return UNKNOWN if value is None else f"{value:.1f} LU"


def peak_text(analysis: Analysis | None) -> str:
    """Write the true peak."""
    value = None if analysis is None else analysis.true_peak_dbtp
    return UNKNOWN if value is None else f"{signed_text(value)} dBTP"


def meter_text(analysis: Analysis | None) -> str:
    """Write the time signature that was guessed."""
    return "" if analysis is None else analysis.time_signature or ""


def mood_text(analysis: Analysis | None) -> str:
    """Say what a sound feels like in a word."""
    return UNKNOWN if analysis is None or analysis.mood is None else analysis.mood.word


def mood_hint(analysis: Analysis | None) -> str:
    """Say where a mood's word comes from."""
    if analysis is None or analysis.mood is None:
        return ""
    mood = analysis.mood
    by = (
        "by a rule from tempo, mode, loudness, density and brightness"
        if mood.source == "rule"
        else f"as {mood.source} hears it"
    )
    return f"Valence {signed_text(mood.valence, 2)}, arousal {signed_text(mood.arousal, 2)}, {by}"


def brightness_text(analysis: Analysis | None) -> str:
    """Write the spectrum's centre of gravity."""
    value = None if analysis is None else analysis.brightness_hz
    if value is None:
        return UNKNOWN
    return f"{value / 1000:.1f} kHz" if value >= 1000 else f"{value:.0f} Hz"


def channels_text(n_channels: int) -> str:
    """Say how many channels there are."""
    return _CHANNEL_WORDS.get(n_channels, f"{n_channels} channels")


def rate_text(sample_rate: int) -> str:
    """Write a sample rate in kilohertz, without zeros that say nothing."""
    return f"{sample_rate / 1000:g} kHz"


def exact_duration_text(seconds: float) -> str:
    """Write a duration as ``m:ss.t``, with hours where there are any."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    tail = f"{rest // 10:02d}.{rest % 10}"
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"


def recipe_rows(recipe: Recipe | None, file_name: str = "") -> tuple[tuple[str, str], ...]:
    """Return what made a sound as rows of label and text."""
    if recipe is None or recipe.engine == IMPORT_ENGINE:
        origin = (("Origin", "imported file"),)
        return (*origin, ("File", file_name)) if file_name else origin
    rows = [("Engine", recipe.engine)]
    if recipe.prompt:
        rows.append(("Prompt", recipe.prompt))
    if recipe.seed is not None:
        rows.append(("Seed", str(recipe.seed)))
    facts = facts_of_recipe(recipe)
    if facts:
        rows.append(("Besides", " · ".join(facts)))
    rows.append(("Revision", recipe.model_revision or UNKNOWN))
    if recipe.input_object_ids:
        n_inputs = len(recipe.input_object_ids)
        rows.append(("Made from", f"{n_inputs} sound{'' if n_inputs == 1 else 's'}"))
    return tuple(rows)
