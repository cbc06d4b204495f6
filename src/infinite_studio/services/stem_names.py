"""How stems are called when they become files: a template that a person may write."""

import re

SINGLE_TEMPLATE = "{stem}"
BATCH_TEMPLATE = "{title} - {stem}"
FULL_TEMPLATE = "{title} - {stem} - {tempo} - {key}"
SILENT_MARK = " (silent)"
"""At the end of the name of a track that nobody would hear."""
FIELDS = ("title", "stem", "tempo", "key")
_FIELD = re.compile(r"\{(\w+)\}")
_EMPTY_PLACES = re.compile(r"(\s*[-–·_,]\s*)*\x00(\s*[-–·_,]\s*\x00)*")


def stem_title(
    template: str, *, title: str, stem: str | None, tempo_bpm: float | None = None, key: str | None = None
) -> str:
    """Fill a template; what is not known goes away together with the dash before it.

    Unknown names in braces stay as they are written; without a stem, what is named is the whole.
    """
    values = {
        "title": title,
        "stem": stem or "\x00",
        "tempo": f"{tempo_bpm:.0f} BPM" if tempo_bpm else "\x00",
        "key": key or "\x00",
    }
    filled = _FIELD.sub(lambda found: values.get(found[1], found[0]), template)
    text = _EMPTY_PLACES.sub("", filled).strip(" -–·_,")
    # Without its stem, one name would stand for several files.
    return text if "{stem}" in template or not stem else f"{text} - {stem}"


def is_template(name: str) -> bool:
    """Whether a name has a field that is filled in."""
    return any(found in FIELDS for found in _FIELD.findall(name))


def needs_analysis(template: str) -> bool:
    """Whether a template asks for what only listening to the sound tells."""
    return "{tempo}" in template or "{key}" in template
