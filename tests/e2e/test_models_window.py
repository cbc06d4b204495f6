"""From “… is not here yet” to a model that is here, in the real window, against a hub on loopback."""

import pytest
from tests.unit.weights.conftest import FILES, REPOSITORY, WEIGHTS

from infinite_studio.app.window import assemble
from infinite_studio.jobs.job import Job, LaneName
from infinite_studio.soundcard.transport import Transport
from infinite_studio.ui.models_dialog import ModelsDialog
from infinite_studio.weights.status import WeightsState

LONG_MS = 30_000


@pytest.fixture
def studio(qtbot, folders, hub):
    """The window over an empty library, and a hub with one model."""
    hub.put(REPOSITORY, FILES)
    opened = assemble(folders, Transport())
    qtbot.addWidget(opened.window)
    opened.window.show()
    opened.session.start()
    qtbot.waitUntil(lambda: opened.session.is_open, timeout=LONG_MS)
    qtbot.waitUntil(lambda: opened.session.jobs.is_idle, timeout=LONG_MS)
    yield opened
    opened.window.close()
    opened.session.close()


def dialog_of(window, qtbot) -> ModelsDialog:
    qtbot.waitUntil(lambda: window.findChild(ModelsDialog) is not None)
    return window.findChild(ModelsDialog)


def fail_for_want_of(name, session, qtbot):
    """Let a job end as an engine without its weights does."""
    store = session.studio.weights
    job = Job("Split “night.wav”", "split", LaneName.INFERENCE, lambda _: store.folder_of(name))
    session._run(job, lambda _: None)
    qtbot.waitUntil(lambda: session.jobs.is_idle, timeout=LONG_MS)


def test_a_job_without_its_model_leads_to_the_download_and_then_works(studio, qtbot):
    session, window = studio.session, studio.window
    fail_for_want_of("htdemucs", session, qtbot)
    card = window.banner.problem_card
    assert card.sentence.text() == "htdemucs is not here yet: 84.0 MB, MIT."
    assert card.details.isHidden()
    card.remedy.click()
    assert card.isHidden()
    dialog = dialog_of(window, qtbot)
    row = dialog.rows["htdemucs"]
    qtbot.waitUntil(row.download.hasFocus)
    row.download.click()
    qtbot.waitUntil(lambda: row.sign.text == "Here", timeout=LONG_MS)
    qtbot.waitUntil(lambda: row.download.isHidden() and not row.verify.isHidden())
    assert (session.weights_folder / "htdemucs" / WEIGHTS).read_bytes() == FILES[WEIGHTS]
    fail_for_want_of("htdemucs", session, qtbot)
    assert window.banner.problem_card.isHidden()
    dialog.close()


def test_a_panel_offers_the_download_where_its_job_failed(studio, qtbot):
    panel = studio.window.generate
    panel.failure.show_problem("musicgen-small is not here yet.", "Download it.", "download:musicgen-small")
    assert not panel.failure.remedy.isHidden()
    panel.failure.remedy.click()
    dialog = dialog_of(studio.window, qtbot)
    qtbot.waitUntil(dialog.rows["musicgen-small"].download.hasFocus)
    panel.failure.clear()
    assert panel.failure.remedy.isHidden()
    dialog.close()


def test_a_download_goes_on_when_the_dialog_is_closed(studio, qtbot, hub):
    hub.stalls_after = 300_000
    session = studio.session
    studio.window.commands.show_models()
    dialog = dialog_of(studio.window, qtbot)
    dialog.rows["htdemucs"].download.click()
    qtbot.waitUntil(lambda: dialog.rows["htdemucs"].is_working)
    dialog.close()
    hub.released.set()
    qtbot.waitUntil(lambda: session.jobs.is_idle, timeout=LONG_MS)
    states = {status.entry.name: status.state for status in session.weights()}
    assert states["htdemucs"] is WeightsState.HERE


def test_the_menu_and_the_palette_lead_to_the_models(studio):
    menu = studio.window.transport_bar.project_menu()
    assert "Models…" in [action.text() for action in menu.actions()]
    assert "Models…" in [command.text for command in studio.window.commands.palette_commands()]
    menu.deleteLater()


def test_choosing_an_engine_without_its_model_says_so_and_offers_it(studio, qtbot):
    panel = studio.window.generate
    assert panel.missing.isHidden()
    panel.engine.choose("musicgen-small")
    panel.engine.chosen.emit("musicgen-small")
    qtbot.waitUntil(lambda: not panel.missing.isHidden())
    assert panel.missing.text.startswith("musicgen-small is not here yet")
    assert panel.missing.remedy.accessibleName() == "Download musicgen-small…"
    panel.engine.choose("sketch")
    qtbot.waitUntil(panel.missing.isHidden)
