"""Cold start to first paint, beside an empty PySide6 window with pyqtgraph imported, alternately in one run."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 9
BAR_RATIO = 1.5

EMPTY = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow
import pyqtgraph
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print("painted", flush=True)
        import os; os._exit(0)
application = QApplication(sys.argv[:1])
window = Window()
window.resize(1600, 1000)
window.show()
application.exec()
"""

OURS = """
import sys
from pathlib import Path
from infinite_studio.app.window import assemble, make_application
from infinite_studio.settings.folders import Folders
from PySide6.QtCore import QEvent, QObject
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            from PySide6.QtCore import QTimer
            QTimer.singleShot(0, self.done)
        return False
    def done(self):
        print("painted", flush=True)
        import os; os._exit(0)
application = make_application()
studio = assemble(Folders.under(Path(sys.argv[1])))
watch = Watch()
studio.window.installEventFilter(watch)
studio.window.show()
application.exec()
"""


def seconds_to_first_paint(script: str, *arguments: str) -> float:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        elapsed = time.perf_counter() - began
    if line != "painted":
        raise RuntimeError(f"the window did not paint: {line!r}")
    return elapsed


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        pairs = [
            (seconds_to_first_paint(OURS, home), seconds_to_first_paint(EMPTY)) for _ in range(RUNS + 1)
        ][1:]
    ours, empty = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"first paint: ours {ours:.3f} s, empty window with pyqtgraph {empty:.3f} s, ratio {ratio:.2f}")
    result = {
        "benchmark": "startup",
        "runs": RUNS,
        "ours_median_seconds": round(ours, 4),
        "peer": "empty PySide6 window with pyqtgraph imported",
        "peer_median_seconds": round(empty, 4),
        "ratio_median": round(ratio, 3),
        "bar_ratio": BAR_RATIO,
        "met": ratio <= BAR_RATIO,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
