"""Dragging clips out of the window and back into it, as the system's drag does it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QDrag
from pytestqt.qtbot import QtBot

from infinite_studio.project.model import Project
from infinite_studio.services.dragging import DraggedSound
from infinite_studio.ui.dragged_files import DraggedFiles, FilesMimeData, sound_mime_data
from infinite_studio.ui.timeline.drops import clips_mime_data, dropped_object, dropped_paths
from infinite_studio.ui.timeline.metrics import HEADER_WIDTH_PX, TOP_PX
from infinite_studio.ui.timeline.view import TimelineView
from infinite_studio.ui.timeline_link import TimelineLink
from tests.ui.fake_session import FakeSession
from tests.ui.timeline import hands
from tests.ui.timeline.conftest import BAR
from tests.ui.timeline.test_clips import BASS_Y, DRUMS_Y

OUTSIDE = (2_000, BASS_Y)


class LateSession(FakeSession):
    """Writes dragged files only when it is told to, or after a moment."""

    def __init__(self, folder: Path, project: Project) -> None:
        super().__init__(folder, project)
        self.waiting: list[object] = []

    def write_dragged(self, sounds: object, on_done: object) -> int:
        self.calls.append(("write_dragged", sounds))
        self.waiting.append(on_done)
        return 1


@pytest.fixture
def session(tmp_path: Path, project: Project, qapp: object) -> Iterator[FakeSession]:
    session = FakeSession(tmp_path, project)
    yield session
    session.close()


@pytest.fixture
def link(session: FakeSession, view: TimelineView) -> TimelineLink:
    return TimelineLink(session, view)  # type: ignore[arg-type]


@pytest.fixture
def dragged(monkeypatch: pytest.MonkeyPatch, view: TimelineView) -> list[QMimeData]:
    """What the system was given to drag; the drag ends at once, nowhere, unless a test moves it."""
    seen: list[QMimeData] = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_: seen.append(drag.mimeData()))
    return seen


def test_a_clip_that_leaves_the_window_is_a_file(
    view: TimelineView, link: TimelineLink, session: FakeSession, dragged: list[QMimeData]
) -> None:
    before = session.project
    hands.drag(view._parts.lanes, (250, BASS_Y), OUTSIDE)
    assert [url.toLocalFile() for url in dragged[0].urls()] == [
        str(session.folders.dragged / "Bass - Walk.wav")
    ]
    assert session.calls[-1] == ("write_dragged", (DraggedSound("b", "Bass - Walk", 0, 4 * BAR),))
    assert session.project == before
    assert view._state.moving == {}


def test_all_selected_clips_leave_together(
    view: TimelineView, link: TimelineLink, session: FakeSession, dragged: list[QMimeData]
) -> None:
    view.select_clips(("kit1", "walk"))
    hands.drag(view._parts.lanes, (250, BASS_Y), OUTSIDE)
    assert [Path(url.toLocalFile()).name for url in dragged[0].urls()] == [
        "Bass - Walk.wav",
        "Drums - Kit.wav",
    ]
    assert view.selected_clip_ids == ("kit1", "walk")


def test_a_drag_within_the_window_writes_nothing(
    view: TimelineView, link: TimelineLink, session: FakeSession, dragged: list[QMimeData]
) -> None:
    hands.drag(view._parts.lanes, (250, BASS_Y), (300, 450))
    assert dragged == []
    assert not any(call[0] == "write_dragged" for call in session.calls)


def test_clips_that_come_back_are_moved_not_imported(
    view: TimelineView, link: TimelineLink, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def come_back(drag: QDrag, *_: object) -> None:
        x, y = HEADER_WIDTH_PX + 350, TOP_PX + DRUMS_Y
        assert hands.drag_over(view, drag.mimeData(), x, y)
        assert [place.track_id for place in view._state.moving.values()] == ["drums"]
        hands.drop(view, drag.mimeData(), x, y)

    monkeypatch.setattr(QDrag, "exec", come_back)
    hands.drag(view._parts.lanes, (250, BASS_Y), OUTSIDE)
    track = session.project.track("drums")
    assert [(clip.clip_id, clip.start_frame) for clip in track.clips] == [
        ("kit1", 0), ("walk", 3 * BAR), ("kit2", 4 * BAR),
    ]  # fmt: skip
    assert session.undo_label == "move clip"
    assert not any(call[0] == "import_files" for call in session.calls)


def test_clips_of_another_studio_are_files(tmp_path: Path, session: FakeSession) -> None:
    data = FilesMimeData(DraggedFiles(session, (DraggedSound("b", "Walk"),)))  # type: ignore[arg-type]
    data.setData("application/x-infinite-studio-clips", b"1")
    data.setData("application/x-infinite-studio-object", b'{"object_id": "b", "name": "Walk", "process": 1}')
    assert dropped_object(data) is None
    assert dropped_paths(data) == [session.folders.dragged / "Walk.wav"]


def test_hovering_over_the_studio_itself_writes_no_file(session: FakeSession) -> None:
    data = sound_mime_data(session, "b", "Walk")  # type: ignore[arg-type]
    assert data.hasUrls()
    assert dropped_object(data) == ("b", "Walk")
    assert dropped_paths(data) == []
    own = clips_mime_data(FilesMimeData(DraggedFiles(session, (DraggedSound("b", "Walk"),))))  # type: ignore[arg-type]
    assert dropped_paths(own) == []
    assert session.calls == []


def test_a_file_that_is_asked_for_early_is_waited_for(tmp_path: Path, project: Project, qtbot: QtBot) -> None:
    from PySide6.QtCore import QTimer

    session = LateSession(tmp_path, project)
    files = DraggedFiles(session, (DraggedSound("b", "Walk"),))  # type: ignore[arg-type]
    data = FilesMimeData(files)
    QTimer.singleShot(30, lambda: session.waiting[0]((tmp_path / "späť #1.wav",)))  # type: ignore[operator]
    assert [url.toLocalFile() for url in data.urls()] == [str(tmp_path / "späť #1.wav")]
    assert [url.toLocalFile() for url in data.urls()] == [str(tmp_path / "späť #1.wav")]
    assert len(session.waiting) == 1
    session.close()


def test_a_file_that_cannot_be_written_is_no_file(tmp_path: Path, project: Project, qtbot: QtBot) -> None:
    from PySide6.QtCore import QTimer

    session = LateSession(tmp_path, project)
    data = FilesMimeData(DraggedFiles(session, (DraggedSound("b", "Walk"),)))  # type: ignore[arg-type]
    QTimer.singleShot(10, lambda: session.waiting[0](()))  # type: ignore[operator]
    assert data.urls() == []
    session.close()
