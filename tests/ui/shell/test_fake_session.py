"""The session in memory keeps to the real one."""

import ast
import inspect
from pathlib import Path

from PySide6.QtCore import QObject
from tests.ui.fake_session import FakeSession

import infinite_studio.ui as ui
from infinite_studio.services.session import StudioSession

SHELL = "actions banner clip_editing commands dragged_files history_panel jobs_panel library_panel main_window status_bar tempo_popover timeline_link transport_bar"


def names_used_by_the_shell() -> set[str]:
    """Return every attribute that the shell reads from a session."""
    folder = Path(inspect.getfile(ui)).parent
    used: set[str] = set()
    for module in SHELL.split():
        for node in ast.walk(ast.parse((folder / f"{module}.py").read_text())):
            if isinstance(node, ast.Attribute):
                owner = node.value
                name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
                if name in {"_session", "session"}:
                    used.add(node.attr)
    return used


def test_what_the_shell_asks_of_a_session_exists() -> None:
    used = names_used_by_the_shell()
    assert len(used) > 30
    assert {name for name in used if not hasattr(StudioSession, name)} == set()


def test_the_fake_pretends_no_name_that_the_session_lacks() -> None:
    own = {name for name in vars(FakeSession) if not name.startswith("_") and not hasattr(QObject, name)}
    extra = own - {"emit"} - set(dir(StudioSession))
    assert extra == set()
