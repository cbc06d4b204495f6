"""The sounds of the library: what was dropped, recorded or made, before and beside any project."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from infinite_studio.errors import StudioError
from infinite_studio.history.models import SoundRow
from infinite_studio.history.objects import object_numbers
from infinite_studio.history.part import LibraryPart, now
from infinite_studio.history.values import Sound


class UnknownSoundError(StudioError):
    """A sound that is no longer in the library."""

    def __init__(self, sound_id: str) -> None:
        super().__init__("That sound is no longer in the library.", hint="Drop its file again.")
        self.sound_id = sound_id


class Sounds(LibraryPart):
    """Listing sounds and what was found out about them."""

    def add_sound(
        self,
        name: str,
        object_id: str,
        *,
        sample_rate: int,
        n_channels: int,
        n_frames: int,
        analysis: Mapping[str, Any] | None = None,
        original_file_name: str = "",
    ) -> Sound:
        """List a stored sound.

        Parameters
        ----------
        name : str
            What the person calls it; kept exactly.
        object_id : str
            Its stored bytes.
        sample_rate : int
            Frames per second, in Hz.
        n_channels, n_frames : int
            Its shape.
        analysis : Mapping, optional
            What is known about it already, JSON values only.
        original_file_name : str
            Name of the file it came from; need not be UTF-8 on the disk.

        Raises
        ------
        MissingObjectError
            If the object is not in the library.
        """
        with self._database.writing() as session:
            object_numbers(session, (object_id,))
            row = SoundRow(
                sound_id=uuid4().hex,
                name=name,
                original_file_name=original_file_name,
                object_id=object_id,
                sample_rate=sample_rate,
                n_channels=n_channels,
                n_frames=n_frames,
                analysis=None if analysis is None else dict(analysis),
                created=now(),
            )
            session.add(row)
            return _value(row)

    def sounds(self) -> tuple[Sound, ...]:
        """Return every sound, the one added last first."""
        with self._database.reading() as session:
            rows = session.scalars(select(SoundRow).order_by(literal_column("sounds.rowid").desc()))
            return tuple(_value(row) for row in rows)

    def sound(self, sound_id: str) -> Sound:
        """Return one sound.

        Raises
        ------
        UnknownSoundError
            If it is not in the library.
        """
        with self._database.reading() as session:
            return _value(_require(session, sound_id))

    def set_sound_analysis(self, sound_id: str, analysis: Mapping[str, Any] | None) -> Sound:
        """Keep what was found out about a sound, JSON values only; None forgets it.

        Raises
        ------
        UnknownSoundError
            If it is not in the library.
        """
        with self._database.writing() as session:
            row = _require(session, sound_id)
            row.analysis = None if analysis is None else dict(analysis)
            return _value(row)

    def rename_sound(self, sound_id: str, name: str) -> Sound:
        """Call a sound something else.

        Raises
        ------
        UnknownSoundError
            If it is not in the library.
        """
        with self._database.writing() as session:
            row = _require(session, sound_id)
            row.name = name
            return _value(row)

    def remove_sound(self, sound_id: str) -> None:
        """Take a sound off the list; its bytes stay, because projects may use them.

        Raises
        ------
        UnknownSoundError
            If it is not in the library.
        """
        with self._database.writing() as session:
            session.delete(_require(session, sound_id))


def _require(session: Session, sound_id: str) -> SoundRow:
    row = session.get(SoundRow, sound_id)
    if row is None:
        raise UnknownSoundError(sound_id)
    return row


def _value(row: SoundRow) -> Sound:
    return Sound(
        sound_id=row.sound_id,
        name=row.name,
        object_id=row.object_id,
        sample_rate=row.sample_rate,
        n_channels=row.n_channels,
        n_frames=row.n_frames,
        analysis=None if row.analysis is None else MappingProxyType(row.analysis),
        created=row.created,
        original_file_name=row.original_file_name,
    )
