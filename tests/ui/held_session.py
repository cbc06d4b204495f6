"""A session whose jobs run until a test lets them go, or fail as a test says."""

import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

from infinite_studio.engines.base import GenerationRequest, Understanding
from infinite_studio.errors import StudioError
from infinite_studio.history.recipe import Recipe
from infinite_studio.jobs.job import Job, LaneName
from infinite_studio.music.key import Key
from infinite_studio.music.stems import StemType
from infinite_studio.progress import Progress
from infinite_studio.services.values import Problem, StoredTake
from tests.ui.fake_session import FakeSession, full_session

_COPIED = (
    "repository", "repositories", "branches", "commits", "tags", "base_commit_id", "sounds", "analyses", "waves",
    "playhead_frame",
)  # fmt: skip


class HeldSession(FakeSession):
    """`FakeSession` with jobs under the test's control; ``answer`` replaces what the engine understands."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.release = threading.Event()
        self.failure: StudioError | None = None
        self.answer: Problem | None = None
        self.understood: list[GenerationRequest] = []

    def understand(self, request: GenerationRequest, engine: str = "sketch") -> Understanding | Problem:
        self.understood.append(request)
        return self.answer or super().understand(request, engine)

    def requests(self) -> list[GenerationRequest]:
        """Return what was asked to be generated."""
        return [call[1] for call in self.calls if call[0] == "generate"]

    def _queue(self, title: str, kind: str, lane: LaneName) -> int:
        def work(progress: Progress) -> None:
            while not self.release.wait(0.005):
                progress.report(0.4, "Composing the drums")
            if self.failure is not None:
                raise self.failure

        return self.jobs.submit(Job(title, kind, lane, work))


def held_full_session(folder: Path) -> HeldSession:
    """Return `full_session`'s content in a held session."""
    content = _content()
    held = HeldSession(folder, content["project"])
    for name in _COPIED:
        value = content[name]
        setattr(held, name, dict(value) if isinstance(value, dict) else value)
    return held


@lru_cache(maxsize=1)
def _content() -> dict[str, Any]:
    """Build the evening's work once: its waveforms take a second to draw."""
    full = full_session(Path("unused"))
    content = {name: getattr(full, name) for name in ("project", *_COPIED)}
    full.close()
    return content


def take(number: int) -> StoredTake:
    """Return a stored take with the seed ``number``."""
    made = Understanding("lo-fi", 84.0, Key.parse("D minor"), 8, 22.857, ("lo-fi",), ())
    stems = {stem: f"take-{number}-{stem.value}" for stem in (StemType.DRUMS, StemType.BASS)}
    recipe = Recipe("sketch", "1", prompt="lo-fi, dusty rhodes", seed=number)
    return StoredTake(
        f"t{number}", f"Take {number}", made, stems, f"mix-{number}", 1_097_143, recipe, "yours"
    )
