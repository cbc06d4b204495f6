"""A take that is heard while it is made."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from infinite_studio.audio.audio import Audio, Samples
from infinite_studio.engines.musicgen.codec import Codec

if TYPE_CHECKING:
    from torch import Tensor

OnAudio: TypeAlias = Callable[[Audio, int], None]

# The first piece is short, so that something is heard soon.
_FIRST_PIECE_SECONDS = 1.0
_PIECE_SECONDS = 2.0
# The codec looks ahead: so many frames are held back until what follows them is known.
_HELD_FRAMES = 8


class Hearing:
    """Decodes the first take of a batch piece by piece and hands the pieces on; seams are crossfaded.

    Parameters
    ----------
    codec : Codec
        Makes the sound.
    on_audio : callable
        Gets each piece and the frame of sound at which it begins, on the thread that generates.
    skipped_frames : int
        Frames of tokens that are not part of the take.
    """

    def __init__(self, codec: Codec, on_audio: OnAudio, skipped_frames: int) -> None:
        self._codec = codec
        self._on_audio = on_audio
        self._skipped = skipped_frames
        self._sent = skipped_frames
        self._tail: Samples | None = None

    def heard(self, n_whole: int, tokens_of: "Callable[[], Tensor]") -> None:
        """Hand on a piece when there is enough for one."""
        seconds = _FIRST_PIECE_SECONDS if self._tail is None else _PIECE_SECONDS
        enough = round(seconds * self._codec.frame_rate) + _HELD_FRAMES
        if n_whole - self._sent >= enough:
            self._send(tokens_of()[:1], n_whole - _HELD_FRAMES, with_tail=True)

    def finish(self, tokens: "Tensor") -> None:
        """Hand on the rest."""
        if tokens.shape[-1] > self._sent:
            self._send(tokens[:1], tokens.shape[-1], with_tail=False)

    def _send(self, tokens: "Tensor", end: int, *, with_tail: bool) -> None:
        """Decode up to a frame, and one more to fade into the next piece."""
        size = self._codec.samples_per_frame
        last = end + 1 if with_tail else end
        decoded = self._codec.decode_part(tokens, self._sent, last)[0].numpy().T
        samples = np.nan_to_num(decoded).astype(np.float32)
        if self._tail is not None:
            fade = np.linspace(0.0, 1.0, size, endpoint=False, dtype=np.float32)[:, None]
            samples[:size] = samples[:size] * fade + self._tail * (1.0 - fade)
        self._tail = samples[-size:].copy() if with_tail else None
        piece = samples[:-size] if with_tail else samples
        start_frame = (self._sent - self._skipped) * size
        self._sent = end
        self._on_audio(Audio.of(piece, self._codec.sample_rate), start_frame)
