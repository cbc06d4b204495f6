"""Does the packaged app do its jobs? Uses it as a person would, in a folder of its own, and reads what it writes.

Give another program than the one in `dist/` as the only argument.
"""

import json
import math
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import smoke_models  # type: ignore[import-not-found] # it lies beside this program

DIST = Path(__file__).resolve().parents[1] / "dist"
PROGRAMS = {
    "win32": DIST / "Infinite Studio" / "infinite-studio.exe",
    "darwin": DIST / "Infinite Studio.app" / "Contents" / "MacOS" / "infinite-studio",
}
ELSEWHERE = DIST / "Infinite Studio" / "infinite-studio"
NEEDED = ("python", "codecs", "library", "disk")
VERBS = (
    *("generate", "styles", "split", "analyze", "search", "doctor", "hum"),
    *("tour", "project", "history", "models", "loop"),
)
START_SECONDS = 60.0
STAY_SECONDS = 5.0
HUM_RATE_HZ = 22_050
HUM_HZ = (220.0, 246.94, 261.63, 293.66)


class Packaged:
    """The packaged program with a library of its own."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.program, self.folder = program, folder
        self.environment = {
            **os.environ,
            "INFINITE_STUDIO_HOME": str(folder / "home"),
            "QT_QPA_PLATFORM": "offscreen",
        }
        self.environment.pop("PYTHONPATH", None)

    def __call__(self, *words: object, code: int = 0) -> "subprocess.CompletedProcess[str]":
        """Run one verb and require its exit code."""
        result = subprocess.run(
            [self.program, *map(str, words)],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        if result.returncode != code or "Traceback" in result.stderr:
            sys.exit(f"“{' '.join(map(str, words))}” ended with {result.returncode}:\n{result.stderr}")
        return result

    def json(self, *words: object) -> Any:  # noqa: ANN401 - what JSON holds
        """Run one verb and return the one object that it prints."""
        return json.loads(self(*words, "--json").stdout)

    def written(self, name: str) -> Path:
        """Return a file that a verb must have written."""
        path = self.folder / name
        require(path.is_file() and path.stat().st_size > 0, f"{name} was not written")
        return path


def require(holds: bool, otherwise: str) -> None:
    """Leave with a sentence where something does not hold."""
    if not holds:
        sys.exit(f"The packaged app is incomplete: {otherwise}.")


def check_first_words(app: Packaged) -> None:
    """Check that it says what it is, helps with every verb, and refuses nonsense with the right codes."""
    require("infinite-studio" in app("--version").stdout, "it does not know its version")
    listed = app("--help").stdout
    require(all(f"  {verb} " in listed for verb in VERBS), "a verb is missing")
    require("nowhere.wav" in app("split", "nowhere.wav", code=1).stderr, "a missing file is not told")
    _write_hum(app.folder / "hum.wav")
    refusal = app("split", "hum.wav", "--engine", "no-such", "-o", "empty", code=1).stderr
    require("no-such" in refusal and not (app.folder / "empty").exists(), "an unknown engine leaves a folder")
    app("no-such-verb", code=2)


def check_doctor(app: Packaged) -> None:
    """Check that what needs no hardware works, and that torch is told truthfully."""
    checks = app.json("doctor")
    failed = [name for name in NEEDED if not checks[name]["works"]]
    require(not failed, f"{', '.join(failed)} do not work")
    if not checks["torch"]["works"]:
        refusal = app("models", "download", "musicgen-small", code=1).stderr
        require("without torch" in refusal, "it offers to download what it cannot run")


def check_making(app: Packaged) -> None:
    """Make a beat with stems and MIDI, split it, listen to it, and loop it."""
    words = ("dark trap, 140 bpm, in F minor", "--bars", 4, "--seed", 7)
    beat = app.json("generate", *words, "-o", "beat.flac", "--stems", "stems", "--midi", "beat.mid")
    require(len(beat["stems"]) == 4 and beat["bars"] == 4, "a beat has not four stems of four bars")
    for name in ("beat.flac", "beat.mid"):
        app.written(name)
    split = app.json("split", "beat.flac", "-o", "split", "--format", "mp3")
    require(bool(split["stems"]), "nothing was split")
    found = app.json("analyze", "beat.flac")
    require(abs(found["tempo_bpm"] - 140.0) < 4.0, f"the tempo was heard as {found['tempo_bpm']}")
    require(bool(app.json("loop", "find", "beat.flac")["candidates"]), "no loop was found")
    app.json("loop", "extend", "beat.flac", "--to", "60s", "-o", "long.flac")
    app.written("long.flac")
    require(bool(app.json("models", "list")["models"]), "no models are listed")
    require(bool(app.json("styles")["styles"]), "no styles are listed")


def check_humming(app: Packaged) -> None:
    """Turn a hum into notes, and the notes into the tune of a take."""
    hum = app.json("hum", "hum.wav", "--midi", "hum.mid", "--generate", "lo-fi piano", "-o", "tune.wav")
    pitches = [note["pitch"] for note in hum["notes"]]
    require(pitches == [57, 59, 60, 62], f"four hummed notes were heard as {pitches}")
    for name in ("hum.mid", "tune.wav"):
        app.written(name)


def check_history(app: Packaged) -> None:
    """Import, commit, fork, change, compare, take along, and check the library."""
    app.json("project", "new", "Tape")
    app.json("project", "add", "Tape", "beat.flac")
    first = app.json("history", "commit", "-p", "Tape", "-m", "First")
    app.json("project", "fork", "Tape", "Tape 2")
    app.json("generate", "house", "--bars", 2, "-o", "house.wav", "-p", "Tape 2")
    second = app.json("history", "commit", "-p", "Tape 2", "-m", "With house")
    compared = app("history", "diff", "-p", "Tape 2", first["commit_id"], second["commit_id"]).stdout
    require("Drums" in compared, "the two versions do not differ by a track")
    require(len(app.json("history", "log", "-p", "Tape 2")["commits"]) == 2, "two commits are not two")
    app.json("project", "export", "Tape 2", "-o", "tape.studio")
    app.json("project", "import", "tape.studio")
    require("Nothing is damaged" in app("history", "check").stdout, "the library is damaged")


def check_networks(app: Packaged) -> None:
    """Where torch travels along: make music, split, hear a hum and search with networks."""
    if app.json("doctor")["torch"]["works"]:
        wrong = smoke_models.broken_networks(app)
        require(not wrong, wrong)


def check_tour(app: Packaged) -> None:
    """Do the main job end to end, with a picture of the window."""
    tour = app.json("tour", "--out", app.folder / "tour")
    small = [path for path in (*tour["sounds"], tour["window"]) if Path(path).stat().st_size < 1_000]
    require(not small, f"the tour wrote hardly anything to {small}")


def check_window(app: Packaged) -> None:
    """Open the window, with the platform's own plugin where there is a screen for it, and close it."""
    if sys.platform == "win32":
        return
    with _screen() as screen:
        environment = {**app.environment, "INFINITE_STUDIO_HOME": str(app.folder / "window"), **screen}
        started = time.monotonic()
        process = subprocess.Popen([app.program], env=environment, stderr=subprocess.PIPE, encoding="utf-8")
        while not list((app.folder / "window").rglob("library.db")) and process.poll() is None:
            require(time.monotonic() < started + START_SECONDS, "the window does not open its library")
            time.sleep(0.05)
        sys.stdout.write(f"  window and library after {time.monotonic() - started:.1f} s, {screen}\n")
        time.sleep(STAY_SECONDS)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=START_SECONDS)
    require(process.returncode == 0, f"the window ended with {process.returncode}: {told}")
    logged = "".join(path.read_text("utf-8") for path in (app.folder / "window").rglob("*.log"))
    for text in (told, logged):
        require("Traceback" not in text and "qt.qpa.plugin" not in text, text)


CHECKS: tuple[Callable[[Packaged], None], ...] = (
    check_first_words,
    check_doctor,
    check_making,
    check_humming,
    check_history,
    check_networks,
    check_tour,
    check_window,
)


def main() -> None:
    """Judge the packaged app by what it does and writes."""
    program = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else PROGRAMS.get(sys.platform, ELSEWHERE)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        app = Packaged(program, Path(folder))
        for check in CHECKS:
            before = time.monotonic()
            check(app)
            sys.stdout.write(f"{check.__name__.removeprefix('check_')}: {time.monotonic() - before:.1f} s\n")
    sys.stdout.write(f"The packaged app works: all of it in {time.monotonic() - started:.0f} s.\n")


@contextmanager
def _screen() -> Iterator[dict[str, str]]:
    """Yield the variables that lead to a screen: a virtual one on Linux, none where Xvfb is not installed."""
    server = shutil.which("Xvfb")
    if sys.platform != "linux" or server is None:
        yield {}
        return
    reading, writing = os.pipe()
    command = [server, "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as numbers:
            yield {"DISPLAY": f":{numbers.readline().strip()}", "QT_QPA_PLATFORM": "xcb"}
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


def _write_hum(path: Path) -> None:
    """Write four notes as a voice would hold them: a few overtones, a soft start and end, silence between."""
    n_frames = HUM_RATE_HZ * 6 // 10
    values: list[float] = []
    for pitch_hz in HUM_HZ:
        for frame in range(n_frames):
            envelope = min(frame, n_frames - frame, 1_500) / 1_500
            angle = 2 * math.pi * pitch_hz * frame / HUM_RATE_HZ
            values.append(0.3 * envelope * sum(math.sin(k * angle) / k**2 for k in (1, 2, 3)))
        values += [0.0] * (HUM_RATE_HZ // 6)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, HUM_RATE_HZ, 0, "NONE", ""))
        file.writeframes(b"".join(struct.pack("<h", round(32_000 * value)) for value in values))


if __name__ == "__main__":
    main()
