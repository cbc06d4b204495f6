"""G1: no sound card, one that refuses, hangs or vanishes; first by hand, then on a real server."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from tests.soundserver import SoundServer, wait_for
from tests.unit.soundcard.manual_output import RATE, Bench, ManualCard, ManualClock, program_of, tone

from infinite_studio.soundcard.bounded import call_within
from infinite_studio.soundcard.devices import find_device, load_portaudio
from infinite_studio.soundcard.keeper import CLOSING_SECONDS, OPENING_SECONDS
from infinite_studio.soundcard.output import NoSoundCardError
from infinite_studio.soundcard.transport import Transport

pytestmark = pytest.mark.faults


def test_without_a_card_the_studio_plays_silently_with_a_notice():
    bench = Bench()
    bench.is_plugged = False
    bench.transport.load(program_of(tone(10 * RATE)))
    bench.transport.play()
    bench.pass_time(1.0)
    state = bench.transport.state()
    assert state.is_silent
    assert state.is_playing
    assert state.playhead_frame == pytest.approx(RATE, abs=0.05 * RATE)
    assert state.notice_sentence
    assert state.notice_hint
    assert bench.transport.levels()["master"] > 0.4


def test_a_silent_transport_stops_at_the_end_and_obeys_like_any_other():
    bench = Bench()
    bench.is_plugged = False
    bench.transport.load(program_of(tone(RATE)))
    bench.transport.play()
    bench.pass_time(0.5)
    bench.transport.seek(0)
    bench.pass_time(0.2)
    assert bench.transport.playhead_frame < 0.3 * RATE
    bench.pass_time(1.0)
    assert not bench.transport.is_playing


def test_a_card_that_vanishes_keeps_the_position_and_returns_within_three_seconds():
    bench = Bench()
    bench.transport.load(program_of(tone(30 * RATE)))
    bench.transport.play()
    bench.pass_time(1.0)
    at_loss = bench.transport.playhead_frame
    bench.unplug()
    bench.pass_time(0.05)
    assert bench.transport.state().is_silent
    assert bench.transport.playhead_frame == pytest.approx(at_loss, abs=0.1 * RATE)
    assert "gone" in bench.transport.state().notice_sentence
    bench.pass_time(5.0)
    silent_at = bench.transport.playhead_frame
    assert silent_at == pytest.approx(at_loss + 5 * RATE, abs=0.2 * RATE)
    bench.is_plugged = True
    began = bench.clock.now
    while bench.transport.state().is_silent:
        bench.pass_time(0.01)
    assert bench.clock.now - began <= 3.0
    assert bench.transport.state().notice_sentence == ""
    bench.pass_time(0.5)
    expected = silent_at + (bench.clock.now - began) * RATE
    assert bench.transport.playhead_frame == pytest.approx(expected, abs=0.2 * RATE)


def test_a_card_that_stops_asking_is_noticed_though_it_reports_nothing():
    bench = Bench()
    bench.transport.load(program_of(tone(30 * RATE)))
    bench.transport.play()
    bench.pass_time(0.5)
    bench.card.advance = lambda: None
    bench.is_plugged = False
    bench.pass_time(3.5)
    assert bench.transport.state().is_silent


def test_attempts_to_return_are_at_most_about_one_a_second():
    bench = Bench()
    bench.is_plugged = False
    bench.transport.load(program_of(tone(30 * RATE)))
    bench.transport.play()
    bench.pass_time(10.0)
    assert 8 <= len(bench.cards) <= 15


def test_a_lost_card_is_looked_for_anew_because_the_library_freezes_its_list():
    bench = Bench()
    bench.transport.load(program_of(tone(30 * RATE)))
    bench.transport.play()
    bench.pass_time(0.5)
    bench.unplug()
    bench.pass_time(2.0)
    assert bench.looks >= 2


def test_a_card_that_will_not_close_hangs_nobody_and_stops_the_looking_anew():
    never = threading.Event()
    bench = Bench()
    bench.transport.load(program_of(tone(30 * RATE)))
    bench.transport.play()
    bench.pass_time(0.2)
    bench.card.close = never.wait
    bench.unplug()
    began = time.monotonic()
    bench.keeper.tend()
    assert time.monotonic() - began < CLOSING_SECONDS + 1.0
    assert bench.transport.state().is_silent
    assert bench.looks == 0
    never.set()


def test_a_call_that_comes_to_an_end_too_late_is_undone():
    may_end, undone = threading.Event(), threading.Event()
    with pytest.raises(TimeoutError):
        call_within(0.02, lambda: may_end.wait(5), too_late=undone.set)
    assert not undone.is_set()
    may_end.set()
    assert undone.wait(5)


def test_a_call_in_time_raises_what_the_work_raises():
    def work() -> None:
        raise NoSoundCardError("No.")

    with pytest.raises(NoSoundCardError):
        call_within(5.0, work)


def test_the_gui_never_waits_for_a_card_that_hangs_while_opening():
    never = threading.Event()

    class Hanging(ManualCard):
        def open(self, device: str, sample_rate: int) -> None:
            never.wait()

    transport = Transport(make_card=lambda: Hanging(ManualClock()))
    transport.load(program_of(tone(30 * RATE)))
    began = time.monotonic()
    transport.play()
    transport.seek(100)
    assert transport.playhead_frame == 100
    assert transport.state().is_playing
    assert time.monotonic() - began < 0.2
    wait_for(lambda: transport.playhead_frame > 100, "the silent transport to take over", OPENING_SECONDS + 3)
    assert "does not answer" in transport.state().notice_sentence
    never.set()
    transport.close()


def test_a_bug_while_mixing_gives_silence_and_one_line_in_the_log(caplog):
    bench = Bench()
    bench.transport.load(program_of(np.zeros((RATE, 3), np.float32)))
    bench.transport.play()
    bench.pass_time(0.5)
    assert caplog.text.count("could not be made") == 1
    assert bench.transport.state().is_playing


def test_a_chosen_card_that_is_absent_is_replaced_and_named():
    bench = Bench()
    bench.transport.choose_device("USB headphones")
    bench.transport.load(program_of(tone(RATE)))
    bench.transport.play()
    bench.pass_time(0.2)
    assert "USB headphones" in bench.transport.state().notice_sentence
    assert not bench.transport.state().is_silent


def test_a_missing_library_is_a_sentence_that_names_the_package(monkeypatch, tmp_path):
    (tmp_path / "sounddevice.py").write_text('raise OSError("PortAudio library not found")\n')
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    with pytest.raises(NoSoundCardError) as caught:
        load_portaudio()
    assert "PortAudio" in str(caught.value)
    assert "libportaudio2" in caught.value.hint


def test_no_devices_at_all_is_a_sentence():
    with pytest.raises(NoSoundCardError, match="No sound card"):
        find_device("", ())


PLAY_A_QUARTER_SECOND = """
import time
import numpy as np
from infinite_studio.audio.mixing import Program, Segment, Strip
from infinite_studio.soundcard.transport import Transport

transport = Transport()
transport.load(Program(48_000, (Strip("a", (Segment(np.zeros((480_000, 2), np.float32), 0),)),), 480_000))
transport.play()
began, used = time.monotonic(), time.process_time()
while transport.playhead_frame < 12_000 and time.monotonic() < began + 10:
    time.sleep(0.02)
state = transport.state()
transport.close()
print(state.is_playing, state.is_silent, 12_000 <= state.playhead_frame < 48_000, state.notice_sentence)
"""


def play_in_a_process_with(asoundrc: str, home: Path) -> str:
    """Play with this ALSA configuration and no sound server; PortAudio reads it once per process."""
    (home / ".asoundrc").write_text(asoundrc)
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    source = Path(__file__).resolve().parents[2] / "src"
    return subprocess.run(
        [sys.executable, "-c", PLAY_A_QUARTER_SECOND],
        env={**kept, "HOME": str(home), "PULSE_SERVER": "unix:/nowhere", "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout.strip()


def test_a_machine_without_any_sound_card_works_silently(tmp_path):
    if Path("/proc/asound/cards").is_file() and "no soundcards" not in Path("/proc/asound/cards").read_text():
        pytest.skip("this machine has a sound card of its own")
    answer = play_in_a_process_with("", tmp_path)
    assert answer.startswith("True True True ")
    assert "No sound card" in answer


@pytest.mark.skipif(sys.platform != "linux", reason="ALSA's null device")
def test_a_null_device_that_swallows_sound_faster_than_time_passes_works_silently(tmp_path):
    answer = play_in_a_process_with("pcm.!default { type null }\n", tmp_path)
    assert answer.startswith("True True True ")
    assert "does not play it" in answer


@pytest.mark.soundserver
def test_a_real_card_pulled_out_while_playing_keeps_the_position_and_returns(sound_server: SoundServer):
    transport = Transport()
    transport.load(program_of(tone(60 * RATE)))
    transport.play()
    try:
        wait_for(lambda: transport.playhead_frame > RATE // 4, "the playhead to move")
        assert not transport.state().is_silent
        sound_server.unload_sink()
        wait_for(lambda: transport.state().is_silent, "the loss to be noticed", 3.0)
        at_loss = transport.playhead_frame
        assert at_loss > RATE // 4
        assert transport.state().notice_sentence
        wait_for(lambda: transport.playhead_frame > at_loss + RATE // 4, "the silent clock to move on")
        returned_at = time.monotonic()
        sound_server.load_sink()
        wait_for(lambda: not transport.state().is_silent, "the card to be back", 3.0)
        assert time.monotonic() - returned_at <= 3.0
        assert transport.state().notice_sentence == ""
        back_at = transport.playhead_frame
        wait_for(lambda: transport.playhead_frame > back_at, "the playhead to move again")
        assert at_loss < back_at < at_loss + 10 * RATE
        assert transport.is_playing
    finally:
        transport.close()
