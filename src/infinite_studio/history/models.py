"""The tables of the library, as SQLAlchemy models; `migrations` makes the same ones step by step."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Dialect, Float, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from infinite_studio.errors import StudioError
from infinite_studio.history.names import from_storable, to_storable
from infinite_studio.history.snapshot import canonical_json


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


class Base(DeclarativeBase):
    """The root of all models."""


class UserRow(Base):
    """Someone who commits; a changed name is a new row, so that old commits keep their author."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("name", "email", name="uq_users_name_email"),)
    user_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(AnyText)
    email: Mapped[str] = mapped_column(AnyText)
    is_current: Mapped[bool]


class ObjectRow(Base):
    """An object whose file is complete and durable."""

    __tablename__ = "objects"
    object_id: Mapped[str] = mapped_column(AnyText, primary_key=True)
    size_bytes: Mapped[int]
    media_type: Mapped[str] = mapped_column(AnyText)
    created: Mapped[datetime] = mapped_column(UtcTime)


class RepositoryRow(Base):
    """A project."""

    __tablename__ = "repositories"
    repository_id: Mapped[str] = mapped_column(AnyText, primary_key=True)
    name: Mapped[str] = mapped_column(AnyText)
    name_key: Mapped[str] = mapped_column(AnyText, unique=True)
    current_branch: Mapped[str] = mapped_column(AnyText)
    created: Mapped[datetime] = mapped_column(UtcTime)
    used: Mapped[datetime] = mapped_column(UtcTime)
    forked_from: Mapped[str | None] = mapped_column(
        ForeignKey("commits.commit_id", name="fk_repositories_forked_from", use_alter=True)
    )
    is_public: Mapped[bool]
    working_snapshot: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    working_base: Mapped[str | None] = mapped_column(AnyText, deferred=True)


class CommitRow(Base):
    """A commit; ``sequence`` grows with every one, so that a parent always has the smaller number."""

    __tablename__ = "commits"
    __table_args__ = (Index("ix_commits_repository", "repository_id", "sequence"),)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    commit_id: Mapped[str] = mapped_column(AnyText, unique=True)
    repository_id: Mapped[str] = mapped_column(ForeignKey("repositories.repository_id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.user_id"))
    created: Mapped[datetime] = mapped_column(UtcTime)
    message: Mapped[str] = mapped_column(AnyText)
    tempo_bpm: Mapped[float | None] = mapped_column(Float)
    key: Mapped[str | None] = mapped_column(AnyText)
    snapshot_object_id: Mapped[str] = mapped_column(ForeignKey("objects.object_id"))
    mixdown_object_id: Mapped[str | None] = mapped_column(ForeignKey("objects.object_id"))
    author: Mapped[UserRow] = relationship()
    parents: Mapped[list["ParentRow"]] = relationship(
        order_by="ParentRow.position", primaryjoin="CommitRow.commit_id == ParentRow.commit_id"
    )
    stems: Mapped[list["StemRow"]] = relationship(order_by="StemRow.position")


class ParentRow(Base):
    """One parent of a commit, in order."""

    __tablename__ = "commit_parents"
    commit_id: Mapped[str] = mapped_column(ForeignKey("commits.commit_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[str] = mapped_column(ForeignKey("commits.commit_id"), index=True)


class StemRow(Base):
    """One stem of a commit, in order."""

    __tablename__ = "stems"
    commit_id: Mapped[str] = mapped_column(ForeignKey("commits.commit_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    stem_type: Mapped[str] = mapped_column(AnyText)
    name: Mapped[str] = mapped_column(AnyText)
    object_id: Mapped[str] = mapped_column(ForeignKey("objects.object_id"), index=True)
    recipe: Mapped[dict[str, Any] | None] = mapped_column(JsonValues)


class BranchRow(Base):
    """A branch and its tip."""

    __tablename__ = "branches"
    repository_id: Mapped[str] = mapped_column(ForeignKey("repositories.repository_id"), primary_key=True)
    name: Mapped[str] = mapped_column(AnyText, primary_key=True)
    commit_id: Mapped[str] = mapped_column(ForeignKey("commits.commit_id"))


class SoundRow(Base):
    """A sound of the library."""

    __tablename__ = "sounds"
    sound_id: Mapped[str] = mapped_column(AnyText, primary_key=True)
    name: Mapped[str] = mapped_column(AnyText)
    original_file_name: Mapped[str] = mapped_column(AnyText)
    object_id: Mapped[str] = mapped_column(ForeignKey("objects.object_id"), index=True)
    sample_rate: Mapped[int]
    n_channels: Mapped[int]
    n_frames: Mapped[int]
    analysis: Mapped[dict[str, Any] | None] = mapped_column(JsonValues)
    created: Mapped[datetime] = mapped_column(UtcTime)


class JobRow(Base):
    """A job as it is remembered."""

    __tablename__ = "jobs"
    job_id: Mapped[str] = mapped_column(AnyText, primary_key=True)
    title: Mapped[str] = mapped_column(AnyText)
    kind: Mapped[str] = mapped_column(AnyText)
    state: Mapped[str] = mapped_column(AnyText, index=True)
    request: Mapped[dict[str, Any]] = mapped_column(JsonValues)
    created: Mapped[datetime] = mapped_column(UtcTime)
    finished: Mapped[datetime | None] = mapped_column(UtcTime)
    message: Mapped[str] = mapped_column(AnyText)
