"""Who may import what that import-linter cannot say, and a proof that its contracts bite."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "infinite_studio"

ONLY_IN = {
    "PySide6.QtWidgets": ("ui/", "app/"),
    "PySide6.QtGui": ("ui/", "app/"),
    "pyqtgraph": ("ui/",),
    "sounddevice": ("soundcard/",),
    "threading": ("jobs/", "soundcard/", "history/", "services/sound_bank.py", "settings/logs.py"),
    "sqlalchemy": ("history/",),
    "sqlite3": ("history/",),
    "torch": ("engines/",),
}
"""Module → places that may import it. ``threading`` outside of jobs and soundcard serves locks and hooks only."""


def imported_modules(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.update({node.module, *(f"{node.module}.{alias.name}" for alias in node.names)})
    return names


def sources() -> dict[str, set[str]]:
    return {file.relative_to(PACKAGE).as_posix(): imported_modules(file) for file in PACKAGE.rglob("*.py")}


def matches(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


@pytest.mark.parametrize("module", ONLY_IN)
def test_a_library_is_imported_only_where_it_belongs(module):
    strangers = [
        file
        for file, names in sources().items()
        if any(matches(name, module) for name in names) and not file.startswith(ONLY_IN[module])
    ]
    assert not strangers, (
        f"{module} belongs into {', '.join(ONLY_IN[module])}, but is imported by {strangers}"
    )


@pytest.mark.parametrize("module", ["PySide6.QtWidgets", "sounddevice", "sqlalchemy", "threading"])
def test_the_scan_sees_what_it_looks_for(module):
    assert any(matches(name, module) for names in sources().values() for name in names)


def test_no_thread_is_started_outside_of_jobs_and_soundcard():
    starters = [
        file.relative_to(PACKAGE).as_posix()
        for file in PACKAGE.rglob("*.py")
        if any(word in file.read_text(encoding="utf-8") for word in ("Thread(", "ThreadPool", "ProcessPool"))
    ]
    assert starters
    assert all(file.startswith(("jobs/", "soundcard/")) for file in starters), starters


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        Path(sys.executable).with_name("lint-imports"),
        "--no-cache",
        "--config",
        folder / "pyproject.toml",
    ]
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def copy_of_the_house(tmp_path):
    shutil.copytree(
        PACKAGE, tmp_path / "src" / "infinite_studio", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(copy_of_the_house):
    result = lint(copy_of_the_house)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("audio/mixing.py", "import infinite_studio.services.studio", "Imports point down only"),
        ("cli/terminal.py", "import infinite_studio.ui.theme", "Imports point down only"),
        ("services/studio.py", "import torch", "Torch only in engines"),
        ("project/model.py", "import sqlalchemy", "SQL only in history"),
        ("audio/mixing.py", "import PySide6.QtCore", "Qt only in ui, app, jobs and the session"),
        ("services/studio.py", "import sounddevice", "The sound card only in soundcard"),
    ],
)
def test_a_planted_violation_is_caught(copy_of_the_house, file, line, contract):
    planted = copy_of_the_house / "src" / "infinite_studio" / file
    planted.write_text(f"{planted.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    result = lint(copy_of_the_house)
    assert result.returncode != 0
    assert f"{contract} BROKEN" in result.stdout
