"""What a view may know about the transport."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TransportState:
    """The transport at one moment; a notice is a sentence with a hint, both empty where all is well."""

    is_playing: bool
    playhead_frame: int
    device_label: str
    latency_seconds: float
    notice_sentence: str
    notice_hint: str
    is_silent: bool
