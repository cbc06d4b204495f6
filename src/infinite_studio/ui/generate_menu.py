"""What can be made out of a sound that is there: menu lines for takes, clips and sounds of the library."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from infinite_studio.music.stems import StemType
from infinite_studio.ui.kit.time_text import duration_text

if TYPE_CHECKING:
    from infinite_studio.services.session import StudioSession

READ_ONLY = "This library is open in another window."
VARY_TOOLTIP = "Choose how close, then press Generate"
CONTINUE_TOOLTIP = "Make what comes next with the engine chosen in Generate, and put it right after this"
CHOOSE_CONTINUED_TOOLTIP = "Choose where it takes over and how much is heard, then press Generate"
TUNE_TOOLTIP = "Let a model with “melody” in its name follow the sound itself"
WINDOW_TOOLTIP = "Roll the rest again from here; what comes before stays as it is"
REROLL_TOOLTIP = "Roll one stem again; the others stay exactly as they are"
MELODY_TOOLTIP = "Let the lead of the next take play this tune"
FIND_TOOLTIP = "Search the library and the history for what sounds alike"
MIDI_TOOLTIP = "One MIDI file a stem, with tempo and key"
COMPOSED_STEMS = (StemType.DRUMS, StemType.BASS, StemType.MELODY, StemType.OTHER)


def add_making_actions(
    menu: QMenu,
    session: StudioSession,
    source_id: str,
    stems: Iterable[StemType] = COMPOSED_STEMS,
    *,
    this: str = "",
) -> None:
    """Add what can be made out of a take, a clip's sound or a sound; what needs notes only where they are known."""
    menu.setToolTipsVisible(True)
    reason = READ_ONLY if session.is_read_only else ""
    of_it = f" {this}" if this else ""
    _add(menu, f"Vary{of_it}…", partial(session.choose_like, source_id), reason, VARY_TOOLTIP)
    _add(menu, f"Continue{of_it}", partial(session.continue_take, source_id), reason, CONTINUE_TOOLTIP)
    _add(
        menu,
        f"Continue{of_it} with a model…",
        partial(session.choose_continued, source_id),
        reason,
        CHOOSE_CONTINUED_TOOLTIP,
    )
    _add(
        menu,
        f"Follow the tune of {this or 'it'}",
        partial(session.melody_of_sound, source_id),
        reason,
        TUNE_TOOLTIP,
    )
    object_id = next((t.mixdown_object_id for t in session.takes if t.take_id == source_id), source_id)
    _add(
        menu, f"Find what sounds like {this or 'it'}", partial(session.find_like, object_id), "", FIND_TOOLTIP
    )
    _add_windows(menu, session, source_id, reason)
    if not session.is_composed(source_id):
        return
    again = menu.addMenu("Re-roll")
    again.setToolTipsVisible(True)
    for stem in stems:
        roll = partial(session.reroll_stem, source_id, stem)
        _add(again, stem.value.capitalize(), roll, reason, REROLL_TOOLTIP)
    _add(menu, "Use its melody", partial(session.melody_from, source_id), "", MELODY_TOOLTIP)
    ask = partial(ask_for_midi_folder, session, source_id, menu.parentWidget())
    _add(menu, "Export MIDI…", ask, "", MIDI_TOOLTIP)


def ask_for_midi_folder(session: StudioSession, source_id: str, parent: QWidget | None) -> None:
    """Choose a folder and write the MIDI files of a take there."""
    folder = QFileDialog.getExistingDirectory(parent, "Export MIDI to", str(Path.home()))
    if folder:
        session.export_midi(source_id, Path(folder))


def _add_windows(menu: QMenu, session: StudioSession, source_id: str, reason: str) -> None:
    """Offer to roll a long take of a network again from one of its windows on."""
    starts = session.window_starts(source_id)
    if not starts:
        return
    again = menu.addMenu("Re-roll from")
    again.setToolTipsVisible(True)
    for place, seconds in enumerate(starts):
        text = duration_text(seconds) if place else "The beginning"
        _add(again, text, partial(session.reroll_window, source_id, place), reason, WINDOW_TOOLTIP)


def _add(menu: QMenu, text: str, run: Callable[[], object], reason: str = "", tooltip: str = "") -> QAction:
    action = menu.addAction(text)
    action.triggered.connect(lambda _checked=False: run())
    action.setEnabled(not reason)
    action.setToolTip(reason or tooltip)
    return action
