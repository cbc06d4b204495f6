"""Which microphones there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from infinite_studio.soundcard.devices import load_portaudio, translated
from infinite_studio.soundcard.input import NoMicrophoneError
from infinite_studio.soundcard.output import NoSoundCardError


@dataclass(frozen=True)
class InputDevice:
    """A device that can record; ``host`` is the system's interface that it is reached by."""

    name: str
    host: str
    max_input_channels: int
    default_sample_rate: int
    is_default: bool
    index: int = -1


def input_devices() -> tuple[InputDevice, ...]:
    """Return the devices that can record, the default one first; raise `NoMicrophoneError` without the library."""
    with microphone_errors():
        sounddevice = load_portaudio()
        with translated():
            hosts = sounddevice.query_hostapis()
            devices = sounddevice.query_devices()
    default = int(sounddevice.default.device[0])
    if default < 0:
        default = next((h["default_input_device"] for h in hosts if h["default_input_device"] >= 0), -1)
    found = [
        InputDevice(
            name=str(device["name"]),
            host=str(hosts[device["hostapi"]]["name"]),
            max_input_channels=int(device["max_input_channels"]),
            default_sample_rate=round(device["default_samplerate"]),
            is_default=index == default,
            index=index,
        )
        for index, device in enumerate(devices)
        if device["max_input_channels"] > 0
    ]
    return tuple(sorted(found, key=lambda device: not device.is_default))


def find_input(wanted: str, devices: tuple[InputDevice, ...]) -> InputDevice:
    """Return the input of this name, else the default one; raise `NoMicrophoneError` where there is none."""
    if not devices:
        raise NoMicrophoneError(
            "No microphone was found.",
            hint="Connect one and press Record again, or load a recording from a file.",
        )
    by_name = [device for device in devices if wanted and device.name == wanted]
    return (by_name or list(devices))[0]


@contextmanager
def microphone_errors(device_name: str = "") -> Iterator[None]:
    """Turn failures of the sound system into `NoMicrophoneError`."""
    try:
        yield
    except NoSoundCardError as error:
        if not device_name:
            raise NoMicrophoneError(
                "The sound system does not answer, so nothing can be recorded.", hint=error.hint
            ) from error
        raise NoMicrophoneError(
            f"The microphone “{device_name}” cannot be used.",
            hint="Allow the microphone in the system's privacy settings, close other programs that use it, "
            "or choose another input.",
        ) from error
