"""Opus of any length, in which the packets of what comes again are copied where its length allows it."""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

from infinite_studio.audio.ogg_pages import OggPages
from infinite_studio.audio.opus_packets import PACKET_FRAMES, OpusEncoder
from infinite_studio.audio.packet_repeats import blocks_from, repeats_of
from infinite_studio.audio.runs import LongSound, Run, total_frames
from infinite_studio.audio.sanitise import Gate
from infinite_studio.audio.vorbis_comments import comment_body
from infinite_studio.progress import Progress

_WARM_PACKETS = 150
"""After three seconds of the same sound an encoder does the same, whatever it heard before."""
_PAGE_PACKETS = 50
_SERIAL = 0x10C5
_REPORT_PACKETS = 25


def write_repeated_opus(
    path: Path,
    sound: LongSound,
    gate: Gate,
    progress: Progress,
    *,
    comments: Sequence[tuple[str, str]] = (),
) -> None:
    """Write runs as Opus in OGG, as long as they are to the sample.

    Parameters
    ----------
    path : Path
        Written from the beginning.
    sound : LongSound
        What is played, at 48,000 Hz in one or two channels.
    gate : Gate
        Counts what it had to change, as often as that is encoded.
    progress : Progress
        Told every half second of sound, and every second of what is copied; may cancel.
    comments : sequence of (str, str)
        Names and values, such as ``("TITLE", "Rain")``.

    Notes
    -----
    RFC 7845. Packets are copied from where the encoder has heard three seconds of the loop, and the encoder that goes
    on after them has heard the three seconds before: neither differs there from one that never stopped by more than the
    coding itself does.
    """
    total, encoder = sound.n_frames, OpusEncoder(sound.n_channels)
    pre_skip = encoder.pre_skip
    needed = -(-(total + pre_skip) // PACKET_FRAMES)
    with path.open("wb", buffering=1 << 20) as file:
        pages = OggPages(file, PACKET_FRAMES, _PAGE_PACKETS, _SERIAL)
        pages.put_header(encoder.head)
        pages.put_header(b"OpusTags" + comment_body(comments))

        def told(packets: Iterator[bytes]) -> Iterator[bytes]:
            for number, packet in enumerate(packets):
                if number % _REPORT_PACKETS == 0:
                    progress.report(min(pages.n_packets / needed, 1.0), "Writing")
                yield packet

        place, session = 0, encoder.packets(blocks_from(sound.runs, 0, gate))
        for repeat in repeats_of(sound.runs, PACKET_FRAMES, _WARM_PACKETS):
            pages.recorded(told(itertools.islice(session, repeat.first_packet - place)))
            kept = pages.recorded(told(itertools.islice(session, repeat.n_packets)))
            for page in itertools.chain.from_iterable(itertools.repeat(kept, repeat.times - 1)):
                pages.again(page)
                progress.report(min(pages.n_packets / needed, 1.0), "Writing")
            place = repeat.end_packet
            session = _packets_from(sound, place, gate)
        for packet in told(itertools.islice(session, needed - place)):
            pages.put(packet)
        pages.finish(pre_skip + total)


def _packets_from(sound: LongSound, place: int, gate: Gate) -> Iterator[bytes]:
    """Return the packets from one of them on, from an encoder that has heard what is before it."""
    start = max(place - _WARM_PACKETS, 0)
    session = OpusEncoder(sound.n_channels).packets(blocks_from(sound.runs, start * PACKET_FRAMES, gate))
    return itertools.islice(session, place - start, None)


def encoded_share(runs: Sequence[Run]) -> float:
    """Return how much of it is encoded, the rest being copied.

    Parameters
    ----------
    runs : sequence of Run
        What is played, at 48,000 Hz.
    """
    copied = sum(
        (each.times - 1) * each.n_packets - 2 * _WARM_PACKETS
        for each in repeats_of(runs, PACKET_FRAMES, _WARM_PACKETS)
    )
    return 1.0 - copied * PACKET_FRAMES / max(total_frames(runs), 1)
