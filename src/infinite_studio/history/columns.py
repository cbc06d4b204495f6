"""How values become columns, and the hash that tells a flipped bit in a row."""

import hashlib
import json
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import Dialect, Text, event
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from infinite_studio.errors import StudioError
from infinite_studio.history.names import from_storable, to_storable
from infinite_studio.history.snapshot import canonical_json

Stored = bytes | str | int | float | None
_DIALECT: Dialect = sqlite_dialect()


class DamagedRowError(StudioError):
    """A row whose values cannot be read back."""

    def __init__(self) -> None:
        super().__init__(
            "A row of the library's database is damaged.",
            hint="Other projects still open; put a backup of the library back to get this one.",
        )


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, RecursionError) as error:
        raise DamagedRowError from error


class AnyText(TypeDecorator[str]):
    """Any Python text, lone surrogates included; see `names.to_storable`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Make it valid UTF-8."""
        return None if value is None else to_storable(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Give it back exactly."""
        with _reading():
            return None if value is None else from_storable(value)


class UtcTime(TypeDecorator[datetime]):
    """An aware moment, kept as ISO 8601 text in UTC that sorts like the moments do."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write it with microseconds."""
        return None if value is None else iso_utc(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read it back."""
        with _reading():
            return None if value is None else datetime.fromisoformat(value)


class JsonValues(TypeDecorator[dict[str, Any]]):
    """A JSON object in its canonical form."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write it."""
        return None if value is None else canonical_json(value).decode()

    def process_result_value(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> dict[str, Any] | None:
        """Read it back."""
        with _reading():
            values: dict[str, Any] | None = None if value is None else json.loads(value)
        return values


def iso_utc(moment: datetime) -> str:
    """Write an aware moment as ISO 8601 in UTC with microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def row_hash(values: Iterable[Stored]) -> int:
    """Return 64 bits of the SHA-256 of a row's values as they are stored, kinds and lengths included."""
    parts: list[bytes] = []
    for value in values:
        kind, data = _encoded(value)
        parts.append(b"%b%d:%b" % (kind, len(data), data))
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest()[:8], "big", signed=True)


class StoredText(bytes):
    """Text as it lies in the file; a connection whose ``text_factory`` it is reads even damaged text."""

    __slots__ = ()


def _encoded(value: Stored) -> tuple[bytes, bytes]:
    if isinstance(value, int):
        return b"i", b"%d" % value
    if isinstance(value, str):
        return b"t", value.encode()
    if isinstance(value, bytes):
        return (b"t" if isinstance(value, StoredText) else b"b"), value
    return (b"n", b"") if value is None else (b"f", struct.pack(">d", value))


class Base(DeclarativeBase):
    """The root of all models."""


class Hashed:
    """A model whose rows carry the hash of their own columns, renewed with every change."""

    HASHED: ClassVar[tuple[str, ...]]
    content_hash: Mapped[int] = mapped_column(server_default="0")


@event.listens_for(Hashed, "before_insert", propagate=True)
@event.listens_for(Hashed, "before_update", propagate=True)
def _seal(mapper: object, connection: object, row: Any) -> None:  # noqa: ARG001, ANN401
    row.content_hash = row_hash(stored_values(row))


def stored_values(row: Any) -> Iterator[Stored]:  # noqa: ANN401
    """Yield the hashed columns of a model's row as SQLite will store them."""
    columns = type(row).__table__.columns
    for name in type(row).HASHED:
        value, kind = getattr(row, name), columns[name].type
        yield kind.process_bind_param(value, _DIALECT) if isinstance(kind, TypeDecorator) else value
