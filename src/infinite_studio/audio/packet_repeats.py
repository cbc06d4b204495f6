"""Which packets of a lossy stream can be copied instead of encoded again, and the sound from any frame on."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from infinite_studio.audio.audio import Samples
from infinite_studio.audio.runs import Run
from infinite_studio.audio.sanitise import Gate

_MOST_PACKETS = 200_000
"""What is copied is kept in memory: a little more than an hour of Opus, 75 MB, at the most."""


@dataclass(frozen=True)
class Repeat:
    """Packets of a stream that are written several times in a row.

    Parameters
    ----------
    first_packet, n_packets : int
        Which they are.
    times : int
        How often they are heard, at least twice.
    """

    first_packet: int
    n_packets: int
    times: int

    @property
    def end_packet(self) -> int:
        """The packet after the last of them."""
        return self.first_packet + self.times * self.n_packets


def repeats_of(runs: Sequence[Run], packet_frames: int, warm_packets: int) -> list[Repeat]:
    """Return which packets can be copied: those of as many rounds as are together a whole number of packets.

    Parameters
    ----------
    runs : sequence of Run
        What is played, at the rate at which it is encoded.
    packet_frames : int
        Frames in a packet.
    warm_packets : int
        How many packets of a run an encoder must have heard before what follows may be copied.
    """
    found, start = [], 0
    for run in runs:
        length = run.round_frames
        period = length // math.gcd(length, packet_frames) if length else 0
        first = -(-start // packet_frames) + warm_packets
        end = (start + run.times * length) // packet_frames
        if 0 < period <= _MOST_PACKETS and (times := (end - first) // period) > 1:
            found += [Repeat(first, period, times)] if (times - 1) * period > 2 * warm_packets else []
        start += run.times * length
    return found


def blocks_from(runs: Sequence[Run], frame: int, gate: Gate) -> Iterator[Samples]:
    """Yield everything that is played from a frame on, through the gate.

    Parameters
    ----------
    runs : sequence of Run
        What is played.
    frame : int
        Counted from the beginning.
    gate : Gate
        Every block passes it.
    """
    for run in runs:
        length = run.round_frames
        past = min(frame // length, run.times) if length else run.times
        frame -= past * length
        for _ in range(past, run.times):
            for block in run.blocks():
                if frame < len(block):
                    yield gate.passed(block[frame:])
                frame = max(frame - len(block), 0)
