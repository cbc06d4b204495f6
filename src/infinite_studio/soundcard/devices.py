"""Which sound cards there are; the only place, with `portaudio`, that knows PortAudio."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType

from infinite_studio.soundcard.output import NoSoundCardError


@dataclass(frozen=True)
class SoundDevice:
    """A device that can play; ``host`` is the system's interface that it is reached by."""

    name: str
    host: str
    max_output_channels: int
    default_sample_rate: int
    is_default: bool
    index: int = -1


def output_devices() -> tuple[SoundDevice, ...]:
    """Return the devices that can play, the default one first; raise `NoSoundCardError` without the library."""
    sounddevice = load_portaudio()
    with translated():
        hosts = sounddevice.query_hostapis()
        devices = sounddevice.query_devices()
    default = _default_index(sounddevice, hosts)
    found = [
        SoundDevice(
            name=str(device["name"]),
            host=str(hosts[device["hostapi"]]["name"]),
            max_output_channels=int(device["max_output_channels"]),
            default_sample_rate=round(device["default_samplerate"]),
            is_default=index == default,
            index=index,
        )
        for index, device in enumerate(devices)
        if device["max_output_channels"] > 0
    ]
    return tuple(sorted(found, key=lambda device: not device.is_default))


def find_device(wanted: str, devices: tuple[SoundDevice, ...]) -> SoundDevice:
    """Return the device of this name, else the default one; raise `NoSoundCardError` where there is none."""
    if not devices:
        raise NoSoundCardError(
            "No sound card was found; the studio plays silently.",
            hint="Connect headphones or a sound card; the sound comes by itself.",
        )
    by_name = [device for device in devices if wanted and device.name == wanted]
    return (by_name or list(devices))[0]


def refresh_devices() -> None:
    """Make the library look again, which it does only when it is started anew; no stream may be open."""
    sounddevice = load_portaudio()
    with translated():
        sounddevice._terminate()  # noqa: SLF001 - the library offers no other way
        sounddevice._initialize()  # noqa: SLF001


def load_portaudio() -> ModuleType:
    """Import sounddevice, which starts PortAudio; raise `NoSoundCardError` where the library is missing."""
    try:
        with translated():
            import sounddevice
    except OSError as error:
        raise NoSoundCardError(
            "The sound library PortAudio is missing, so the studio plays silently.",
            hint="Install the package libportaudio2 (Debian, Ubuntu) or portaudio, then start the studio again.",
        ) from error
    module: ModuleType = sounddevice
    return module


@contextmanager
def translated(device_name: str = "") -> Iterator[None]:
    """Turn PortAudio's errors into `NoSoundCardError`; its class is known by name, as importing it may fail."""
    try:
        yield
    except Exception as error:
        if type(error).__name__ != "PortAudioError":
            raise
        what = (
            f"The sound card “{device_name}” cannot be used"
            if device_name
            else "The sound system does not answer"
        )
        raise NoSoundCardError(
            f"{what}; the studio plays silently.",
            hint="Another program may be using it, or it was unplugged. Choose another output or try again.",
        ) from error


def _default_index(sounddevice: ModuleType, hosts: tuple[dict[str, int], ...]) -> int:
    chosen = int(sounddevice.default.device[1])
    if chosen >= 0:
        return chosen
    return next((host["default_output_device"] for host in hosts if host["default_output_device"] >= 0), -1)
