"""Keeps an output open while it is needed: opens, watches, replaces and lets go of it, in its own thread."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from infinite_studio.soundcard.bounded import call_within
from infinite_studio.soundcard.devices import SoundDevice, output_devices
from infinite_studio.soundcard.output import Fill, NoSoundCardError, Output

OPENING_SECONDS = 1.5
CLOSING_SECONDS = 1.0
DEAD_AFTER_SECONDS = 1.5
RETRY_ROLLING_SECONDS = 0.8
RETRY_STOPPED_SECONDS = 3.0
RETRY_IDLE_SECONDS = 15.0
RETRY_RUNAWAY_SECONDS = 15.0
RELEASE_AFTER_SECONDS = 30.0
ROUND_SECONDS = 0.1

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wish:
    """What the transport needs now."""

    device: str
    sample_rate: int
    is_rolling: bool


@dataclass(frozen=True)
class Notice:
    """What the person should know about the sound card; empty where all is well."""

    sentence: str = ""
    hint: str = ""


NO_ANSWER = Notice(
    "The sound card does not answer; the studio plays silently.", "Unplug it and connect it again."
)


class Deckhand(Protocol):
    """What the keeper serves."""

    def wish(self) -> Wish:
        """Say what is needed."""

    def attach(self, output: Output) -> Fill:
        """Return what to start an opened output with."""

    def detach(self) -> None:
        """Keep the position; the output goes away."""

    def last_filled_at(self) -> float:
        """Say when the output last asked for frames."""


class CardKeeper:
    """Owns the output. `tend` is one round; in the background, a thread repeats it from `start` until `close`."""

    def __init__(
        self,
        transport: Deckhand,
        make_card: Callable[[], Output],
        make_silent: Callable[[], Output],
        look_again: Callable[[], None],
        clock: Callable[[], float],
        *,
        in_background: bool,
    ) -> None:
        self._transport = transport
        self._make_card = make_card
        self._make_silent = make_silent
        self._look_again = look_again
        self._clock = clock
        self._in_background = in_background
        self._opened_for = ("", 0)
        self._retry_at = 0.0
        self._needed_at = 0.0
        self._abandoned = 0
        self._holds = 0
        self._was_late = False
        self._busy = threading.RLock()
        self._wake = threading.Event()
        self._is_closing = False
        self._thread: threading.Thread | None = None
        self.output: Output | None = None
        self.notice = Notice()

    def start(self) -> None:
        """Begin to keep, or look at once at what has changed."""
        self._needed_at = self._clock()
        if self._thread is None and self._in_background:
            self._thread = threading.Thread(target=self._run, name="sound card", daemon=True)
            self._thread.start()
        self._wake.set()

    def retry(self) -> None:
        """Do not wait with the next attempt."""
        self._retry_at = 0.0

    def close(self) -> None:
        """Let go of the output and end the thread."""
        self._is_closing = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(OPENING_SECONDS + 2 * CLOSING_SECONDS)
        self._let_go()

    def hold(self) -> None:
        """Do not look for devices anew until `release`: that would tear an open microphone down."""
        with self._busy:
            self._holds += 1

    def release(self) -> None:
        """Look for devices anew again when there is a reason."""
        with self._busy:
            self._holds -= 1

    def devices(self) -> tuple[SoundDevice, ...]:
        """Return the devices, looked for anew unless something plays through one."""
        with self._busy:
            if not self._transport.wish().is_rolling:
                self._let_go()
            if self.output is None or self.output.is_silent:
                self._refresh()
            found = output_devices()
        self._wake.set()
        return found

    def tend(self) -> None:
        """Look once, and do what is to be done."""
        with self._busy:
            wish, now = self._transport.wish(), self._clock()
            if wish.is_rolling:
                self._needed_at = now
            if self.output is None:
                if self._is_needed(now):
                    self._connect(wish)
            elif self._opened_for != (wish.device, wish.sample_rate):
                self._let_go()
                self._connect(wish)
            elif self.output.is_silent:
                self._hope(wish, now)
            elif self._is_dead(self.output, now):
                self._lose(wish, self.output)
            elif not self._is_needed(now):
                self._let_go()

    def _run(self) -> None:
        while not self._is_closing:
            try:
                self.tend()
            except Exception:
                logger.exception("The sound card's keeper has a bug.")
            self._wake.wait(ROUND_SECONDS if self.output is not None else None)
            self._wake.clear()

    def _is_needed(self, now: float) -> bool:
        return now - self._needed_at < RELEASE_AFTER_SECONDS

    def _connect(self, wish: Wish) -> None:
        """Use the card, or silence where there is none."""
        self._opened_for = (wish.device, wish.sample_rate)
        if not self._use_card(wish):
            self._use_silence(wish)

    def _hope(self, wish: Wish, now: float) -> None:
        """Try again to replace silence by a card."""
        if now < self._retry_at:
            return
        self._refresh()
        if not self._use_card(wish):
            self._use_silence(wish)

    def _lose(self, wish: Wish, lost: Output) -> None:
        label = lost.label
        logger.warning("The output “%s” has stopped.", label)
        self._let_go()
        self._refresh()
        if lost.runs_away:
            self.notice = Notice(
                f"“{label}” takes sound but does not play it; the studio plays silently.",
                "Choose another output.",
            )
            self._use_silence(wish, RETRY_RUNAWAY_SECONDS)
            return
        self.notice = Notice(
            f"The sound card “{label}” has gone; the music goes on silently.",
            "Connect it again or choose another output: the sound comes back by itself.",
        )
        self._connect(wish)

    def _is_dead(self, output: Output, now: float) -> bool:
        """Judge twice: after a stall of the whole process this thread may be the first to go on."""
        is_late = now - self._transport.last_filled_at() > DEAD_AFTER_SECONDS
        was_late, self._was_late = self._was_late, is_late
        return output.has_failed or (is_late and was_late)

    def _use_card(self, wish: Wish) -> bool:
        card = self._make_card()
        try:
            call_within(
                OPENING_SECONDS, lambda: card.open(wish.device, wish.sample_rate), too_late=card.close
            )
            self._use(card, _notice_about(card, wish))
        except NoSoundCardError as error:
            card.close()
            self._complain(Notice(str(error), error.hint))
            return False
        except TimeoutError:
            self._abandoned += 1
            self._complain(NO_ANSWER)
            return False
        return True

    def _use_silence(self, wish: Wish, pause_seconds: float | None = None) -> None:
        now = self._clock()
        usual = RETRY_STOPPED_SECONDS if self._is_needed(now) else RETRY_IDLE_SECONDS
        if wish.is_rolling:
            usual = RETRY_ROLLING_SECONDS
        self._retry_at = now + (usual if pause_seconds is None else pause_seconds)
        if self.output is None:
            silent = self._make_silent()
            silent.open(wish.device, wish.sample_rate)
            self._use(silent, self.notice)

    def _use(self, output: Output, notice: Notice) -> None:
        before = self.output
        if before is not None:
            self._transport.detach()
            self._close(before)
        fill = self._transport.attach(output)
        try:
            call_within(OPENING_SECONDS, lambda: output.start(fill), too_late=output.close)
        except BaseException:
            self.output = None
            self._transport.detach()
            raise
        # In this order, because readers look at the output first and must not see it with an old notice.
        self.notice = notice
        self.output = output

    def _complain(self, notice: Notice) -> None:
        if not self.notice.sentence:
            self.notice = notice

    def _let_go(self) -> None:
        output, self.output = self.output, None
        if output is not None:
            self._transport.detach()
            self._close(output)

    def _close(self, output: Output) -> None:
        try:
            call_within(CLOSING_SECONDS, output.close)
        except TimeoutError:
            self._abandoned += 1
            logger.warning("The output “%s” cannot be closed and is left behind.", output.label)

    def _refresh(self) -> None:
        """Look for devices anew; not while a microphone or a stream that would not close is open in the library."""
        if self._abandoned or self._holds:
            return
        try:
            self._look_again()
        except NoSoundCardError as error:
            self._complain(Notice(str(error), error.hint))


def _notice_about(card: Output, wish: Wish) -> Notice:
    if not wish.device or card.label == wish.device:
        return Notice()
    return Notice(
        f"“{wish.device}” is not connected; “{card.label}” is used.", "Connect it, or choose another output."
    )
