"""A session that knows models: what the dialog asks of the real one, under the test's control."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from tests.ui.held_session import HeldSession, held_full_session

from infinite_studio.jobs.job import LaneName
from infinite_studio.ui.models_dialog import ModelsDialog
from infinite_studio.ui.stylesheet import apply_theme
from infinite_studio.ui.theme import DARK, Theme
from infinite_studio.weights.catalogue import CATALOGUE
from infinite_studio.weights.status import WeightsState, WeightsStatus
from infinite_studio.weights.verifying import Verified


class Models:
    """Adds the models to a held session."""

    def __init__(self, session: HeldSession, folder: Path) -> None:
        self.session = session
        self.statuses = {
            name: WeightsStatus(entry, WeightsState.MISSING, folder / name, 0, entry.download_bytes)
            for name, entry in CATALOGUE.items()
        }
        self.running: dict[str, int] = {}
        self.verified: dict[str, Verified] = {}
        self.free_bytes = 500_000_000_000
        values: dict[str, Any] = {
            "weights_folder": folder,
            "removed_weights": "",
            "weights": lambda: tuple(self.statuses.values()),
            "weights_free_bytes": lambda: self.free_bytes,
            "verified_weights": self.verified.get,
            "weights_job": self.running.get,
            "download_weights": lambda name: self.start("download", name),
            "verify_weights": lambda name: self.start("verify", name),
            "remove_weights": lambda name: session.calls.append(("remove", name)),
            "restore_weights": lambda: session.calls.append(("restore",)),
            "move_weights": lambda place: self.start("move", "", place),
        }
        for name, value in values.items():
            setattr(session, name, value)

    def set(self, name: str, state: WeightsState, **changes: Any) -> None:
        """Let an entry stand otherwise, and tell the views."""
        is_whole = state.is_usable
        values = {"missing_bytes": 0, "size_bytes": CATALOGUE[name].download_bytes} if is_whole else {}
        self.statuses[name] = replace(self.statuses[name], state=state, **{**values, **changes})
        self.session.emit(weights=True)

    def start(self, verb: str, name: str, *more: object) -> int:
        """Queue a job that the test lets go."""
        self.session.calls.append((verb, name, *more))
        self.running[name] = self.session._queue(f"{verb} {name}", verb, LaneName.NETWORK)
        self.session.emit(weights=True)
        return self.running[name]


@pytest.fixture
def session(qapp: object, tmp_path: Path) -> Any:
    full = held_full_session(tmp_path)
    yield full
    full.release.set()
    assert full.close()


@pytest.fixture
def models(session: HeldSession, tmp_path: Path) -> Models:
    return Models(session, tmp_path / "weights")


@pytest.fixture
def dialog(models: Models, session: HeldSession, qtbot: QtBot, qapp: Any) -> ModelsDialog:
    apply_theme(qapp, DARK)
    dialog = ModelsDialog(session)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


class Themed(QWidget):
    """A parent with a theme."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
