"""The transport: plays a program through the sound card, or silently where there is none."""

import contextlib
import threading
import time
from collections.abc import Callable

from infinite_studio.audio.mixing import Program
from infinite_studio.soundcard.deck import Deck
from infinite_studio.soundcard.devices import SoundDevice, refresh_devices
from infinite_studio.soundcard.feed import Feed
from infinite_studio.soundcard.keeper import CardKeeper, Wish
from infinite_studio.soundcard.output import Fill, NoSoundCardError, Output
from infinite_studio.soundcard.portaudio import PortAudioOutput
from infinite_studio.soundcard.reading import MASTER
from infinite_studio.soundcard.silent import SilentOutput
from infinite_studio.soundcard.state import TransportState

INITIAL_SAMPLE_RATE = 48_000


class Transport:
    """May be used from any thread; nothing here waits for a device.

    The playhead is the frame that is heard now. After `play` and `seek` it stands at the place asked for
    until the sound of it arrives, a little later than the call; after `stop` it stays where it was heard.
    """

    def __init__(
        self,
        device: str = "",
        *,
        make_card: Callable[[], Output] = PortAudioOutput,
        make_silent: Callable[[], Output] = SilentOutput,
        look_again: Callable[[], None] = refresh_devices,
        clock: Callable[[], float] = time.monotonic,
        in_background: bool = True,
    ) -> None:
        self._device = device
        self._clock = clock
        self._lock = threading.RLock()
        self._deck = Deck(INITIAL_SAMPLE_RATE)
        self._feed: Feed | None = None
        self._epoch = 0
        self._held_frame = 0
        self.keeper = CardKeeper(self, make_card, make_silent, look_again, clock, in_background=in_background)

    def prepare(self) -> None:
        """Open the sound card in the background, so that the first `play` is quick and a missing card is known."""
        self.keeper.start()

    def load(self, program: Program) -> None:
        """Swap the program at once; playing goes on at the same place, changes of gain are faded."""
        with self._lock:
            changes_rate = program.sample_rate != self._deck.program.sample_rate
            if changes_rate:
                self._settle_at(self._playhead())
            self._deck.load(program)
            if changes_rate:
                self._begin_epoch()

    def play(self) -> None:
        """Play from the playhead, or from the beginning where it stands at the end."""
        with self._lock:
            if self._is_rolling():
                return
            self._deck.play()
            self._begin_epoch()
        self.keeper.retry()
        self.keeper.start()

    def stop(self) -> None:
        """Stop where the playhead is."""
        with self._lock:
            self._deck.stop(self._playhead())
            self._begin_epoch()

    def seek(self, frame: int) -> None:
        """Put the playhead at a frame; playing goes on there."""
        with self._lock:
            goes_on = self._is_rolling()
            self._deck.seek(frame)
            if goes_on and not self._deck.is_playing:
                self._deck.play()
            self._begin_epoch()

    @property
    def is_playing(self) -> bool:
        """Whether the playhead moves: until the program's end has been heard."""
        with self._lock:
            return self._is_rolling()

    @property
    def playhead_frame(self) -> int:
        """The frame that is heard now."""
        with self._lock:
            return self._playhead()

    def levels(self) -> dict[str, float]:
        """Return the peak of each strip and of ``master`` in what was heard since the last call.

        Linear, before clipping: a master above 1 was clipped.
        """
        with self._lock:
            heard = self._feed.log.take_levels(self._clock()) if self._feed else {}
            quiet = dict.fromkeys([*(strip.strip_id for strip in self._deck.program.strips), MASTER], 0.0)
            return {**quiet, **heard}

    def state(self) -> TransportState:
        """Return what a view shows."""
        output, notice = self.keeper.output, self.keeper.notice
        with self._lock:
            return TransportState(
                is_playing=self._is_rolling(),
                playhead_frame=self._playhead(),
                device_label=output.label if output is not None else self._device,
                latency_seconds=output.latency_seconds if output is not None else 0.0,
                notice_sentence=notice.sentence,
                notice_hint=notice.hint,
                is_silent=output is not None and output.is_silent,
            )

    def choose_device(self, name: str) -> None:
        """Play through another device; empty is the system's default."""
        with self._lock:
            self._device = name
        self.keeper.start()

    def devices(self) -> tuple[SoundDevice, ...]:
        """Look which devices there are to choose from; while playing, those that there were at the last look."""
        return self.keeper.devices()

    def look_again(self) -> None:
        """Look for devices anew, unless something plays or a microphone is open."""
        with contextlib.suppress(NoSoundCardError):
            self.keeper.devices()

    def close(self) -> None:
        """Stop and let go of the sound card."""
        self.stop()
        self.keeper.close()

    def wish(self) -> Wish:
        """Say what the keeper should provide."""
        with self._lock:
            return Wish(self._device, self._deck.program.sample_rate, self._is_rolling())

    def attach(self, output: Output) -> Fill:
        """Return what an opened output is to be started with."""
        with self._lock:
            feed = self._feed = Feed(self._deck, output.sample_rate, self._lock, self._clock)
            self._settle_at(self._playhead())
            self._begin_epoch()
            return feed.fill

    def detach(self) -> None:
        """Keep the position; nothing is heard from now on."""
        with self._lock:
            self._settle_at(self._playhead())
            if self._feed is not None:
                self._feed.is_retired = True
            self._feed = None
            self._held_frame = self._deck.frame

    def last_filled_at(self) -> float:
        """Say when the output last asked for frames."""
        with self._lock:
            return self._feed.last_filled_at if self._feed else self._clock()

    def _settle_at(self, frame: int) -> None:
        if self._deck.is_playing:
            self._deck.cut_to(frame)

    def _begin_epoch(self) -> None:
        self._epoch += 1
        self._held_frame = self._deck.frame
        if self._feed is not None:
            self._feed.epoch = self._epoch
            self._feed.ends_at = None

    def _is_rolling(self) -> bool:
        if self._deck.is_playing:
            return True
        ends_at = self._feed.ends_at if self._feed else None
        return (
            ends_at is not None
            and self._feed is not None
            and self._feed.log.device_frame(self._clock()) < ends_at
        )

    def _playhead(self) -> int:
        if not self._is_rolling():
            return self._deck.frame
        heard = self._feed.log.program_frame(self._clock(), self._epoch) if self._feed else None
        return self._held_frame if heard is None else heard
