"""Does the packaged app do the main job? Runs its tour and its doctor in a folder of their own and reads the results."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

PROGRAM = Path(__file__).resolve().parents[1] / "dist" / "Infinite Studio" / "infinite-studio"
NEEDED = ("python", "codecs", "library", "disk")


def run(program: Path, home: Path, *arguments: str) -> dict[str, object]:
    """Run one verb of the packaged app and return its JSON object."""
    environment = {**os.environ, "INFINITE_STUDIO_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONPATH", None)
    result = subprocess.run(
        [program, *arguments, "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if result.returncode:
        sys.exit(f"{' '.join(arguments)} ended with {result.returncode}:\n{result.stderr}")
    answer: dict[str, object] = json.loads(result.stdout)
    return answer


def main() -> None:
    """Judge the packaged app by what it writes."""
    program = PROGRAM.with_suffix(".exe") if sys.platform == "win32" else PROGRAM
    with tempfile.TemporaryDirectory() as folder:
        home, out = Path(folder) / "home", Path(folder) / "tour"
        tour = run(program, home, "tour", "--out", str(out))
        sounds = tour["sounds"]
        assert isinstance(sounds, list)
        missing = [path for path in (*sounds, tour["window"]) if Path(str(path)).stat().st_size < 1_000]
        checks = run(program, home, "doctor")
    failed = [name for name in NEEDED if not dict(checks[name])["works"]]  # type: ignore[call-overload]
    if missing or failed:
        sys.exit(f"The packaged app is incomplete: {missing or ''} {failed or ''}")
    sys.stdout.write(
        f"The packaged app works: a tour in {tour['elapsed_seconds']} s, {len(sounds)} sounds.\n"
    )


if __name__ == "__main__":
    main()
