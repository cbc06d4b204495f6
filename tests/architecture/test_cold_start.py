"""What may not be loaded before the window is up."""

import json
import subprocess
import sys

HEAVY = (
    "torch",
    "torchaudio",
    "librosa",
    "numba",
    "sqlalchemy",
    "alembic",
    "scipy.signal",
    "av",
    "pyqtgraph",
    "demucs",
)

SCRIPT = """
import json, sys
from pathlib import Path
from infinite_studio.app.window import assemble, make_application
from infinite_studio.settings.folders import Folders
application = make_application()
studio = assemble(Folders.under(Path(sys.argv[1])))
studio.window.show()
application.processEvents()
loaded = [name for name in {heavy!r} if name in sys.modules]
studio.session.close()
print(json.dumps(loaded))
"""

HEADLESS = """
import json, sys
import infinite_studio.cli.main, infinite_studio.engines.registry, infinite_studio.history.library
print(json.dumps([name for name in sys.modules if name.startswith("PySide6")]))
"""


def last_line(script, *arguments):
    command = [sys.executable, "-c", script, *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


def test_the_window_is_up_before_anything_heavy_is_loaded(tmp_path):
    assert last_line(SCRIPT.format(heavy=HEAVY), str(tmp_path)) == []


def test_the_command_line_loads_no_qt():
    assert last_line(HEADLESS) == []
