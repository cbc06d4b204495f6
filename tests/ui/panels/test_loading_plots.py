"""What draws plots is loaded beside the window, so that the first plot does not stop it."""

import os
import subprocess
import sys

SCRIPT = """
import gc, sys, threading
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from infinite_studio.ui.level_plot import LevelPlot, load_plotting

application = QApplication([])
assert 'pyqtgraph' not in sys.modules
elsewhere = threading.Thread(target=load_plotting)
elsewhere.start()
elsewhere.join()
assert 'pyqtgraph' in sys.modules
lost = [o for o in gc.get_objects() if isinstance(o, QObject) and o.thread() != application.thread()]
assert lost == [], lost
plot = LevelPlot()
plot.resize(300, 130)
assert not plot.grab().toImage().isNull()
"""


def test_plots_can_be_loaded_on_another_thread_and_leave_nothing_of_qts_there() -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        check=False,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
