"""What changed is said in few words."""

from infinite_studio.project.diff import Change, ChangeKind, ProjectDiff
from infinite_studio.ui.commit_words import diff_text
from infinite_studio.ui.compare_words import null_text

REPLACED = Change(ChangeKind.STEM_REPLACED, "Bass replaced", ("bass",))
MOVED = Change(ChangeKind.CLIP, "Clip moved 2 bars later", ("drums",), ("d",))
PROMPT = Change(ChangeKind.PROMPT, "New prompt “dark lo-fi, 84 bpm”", ("bass",))


def test_a_row_says_the_prompt_last_and_counts_what_has_no_room() -> None:
    assert diff_text(ProjectDiff((PROMPT, REPLACED))) == "Bass replaced · New prompt “dark lo-fi, 84 bpm”"
    many = ProjectDiff((PROMPT, REPLACED, MOVED, MOVED, MOVED))
    assert diff_text(many).endswith("Clip moved 2 bars later · Clip moved 2 bars later · 2 more")
    assert diff_text(ProjectDiff()) == ""


def test_a_null_above_the_sound_carries_its_plus() -> None:
    assert [null_text(level) for level in (-14.24, 0.0, 3.7)] == [
        "null −14.2 dB",
        "null 0.0 dB",
        "null +3.7 dB",
    ]
