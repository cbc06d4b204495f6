"""libsndfile, opened for one pass from the beginning to the end."""

import io
import os
from pathlib import Path

import soundfile

FAILURES = (soundfile.SoundFileError, ValueError, RuntimeError)
"""What soundfile raises about the content of a file: a broken FLAC stream gives a ``ValueError``."""


class OnePass(soundfile.SoundFile):  # type: ignore[misc]
    """A sound file that never seeks.

    soundfile seeks to where it already is after every block, which makes the MP3 decoder start anew
    from a cold bit reservoir and slows FLAC down; it does not where it believes that it cannot.
    """

    def seekable(self) -> bool:
        """Say no."""
        return False


def native(file: Path | io.BytesIO) -> bytes | str | io.BytesIO:
    """Return what soundfile opens: on POSIX the raw bytes of a name, which need not be UTF-8."""
    if isinstance(file, io.BytesIO):
        return file
    return os.fsencode(file) if os.name == "posix" else str(file)
