"""The tables of the library, as SQLAlchemy models; `migrations` makes the same ones step by step."""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from infinite_studio.history.columns import AnyText, Base, Hashed, JsonValues, UtcTime


class UserRow(Hashed, Base):
    """Someone who commits; a changed name is a new row, so that old commits keep their author."""

    __tablename__ = "users"
    HASHED = ("name", "email", "is_current")
    __table_args__ = (UniqueConstraint("name", "email", name="uq_users_name_email"),)
    user_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(AnyText)
    email: Mapped[str] = mapped_column(AnyText)
    is_current: Mapped[bool]


class ObjectRow(Hashed, Base):
    """An object whose file is complete and durable, or left out on purpose.

    ``number`` stands for it in `HoldingRow`; ``created`` is when it was last asked to be kept.
    """

    __tablename__ = "objects"
    __table_args__ = (Index("ix_objects_number", "number", unique=True),)
    HASHED = ("object_id", "number", "size_bytes", "media_type", "created", "is_absent")
    object_id: Mapped[str] = mapped_column(AnyText, primary_key=True)
    size_bytes: Mapped[int]
    media_type: Mapped[str] = mapped_column(AnyText)
    created: Mapped[datetime] = mapped_column(UtcTime)
    number: Mapped[int] = mapped_column(server_default="0")
    is_absent: Mapped[bool] = mapped_column(server_default="0")


class RepositoryRow(Hashed, Base):
    """A project."""

    __tablename__ = "repositories"
    HASHED = (
        "repository_id",
        "name",
        "name_key",
        "current_branch",
        "created",
        "used",
        "forked_from",
        "is_public",
    )
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
    working_hash: Mapped[int | None] = mapped_column(deferred=True)


class CommitRow(Base):
    """A commit; ``sequence`` grows with every one, so that a parent always has the smaller number."""

    __tablename__ = "commits"
    __table_args__ = (
        Index("ix_commits_repository", "repository_id", "sequence"),
        Index("ix_commits_snapshot", "snapshot_object_id"),
        Index("ix_commits_mixdown", "mixdown_object_id"),
    )
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


class BranchRow(Hashed, Base):
    """A branch and its tip."""

    __tablename__ = "branches"
    HASHED = ("repository_id", "name", "commit_id")
    repository_id: Mapped[str] = mapped_column(ForeignKey("repositories.repository_id"), primary_key=True)
    name: Mapped[str] = mapped_column(AnyText, primary_key=True)
    commit_id: Mapped[str] = mapped_column(ForeignKey("commits.commit_id"))


class TagRow(Hashed, Base):
    """A tag and its commit."""

    __tablename__ = "tags"
    HASHED = ("repository_id", "name", "commit_id", "created")
    repository_id: Mapped[str] = mapped_column(ForeignKey("repositories.repository_id"), primary_key=True)
    name: Mapped[str] = mapped_column(AnyText, primary_key=True)
    commit_id: Mapped[str] = mapped_column(ForeignKey("commits.commit_id"), index=True)
    created: Mapped[datetime] = mapped_column(UtcTime)


class MoveRow(Hashed, Base):
    """One line of the reflog; its commits may be gone by now."""

    __tablename__ = "ref_moves"
    __table_args__ = (Index("ix_ref_moves_repository", "repository_id", "move_id"),)
    HASHED = ("repository_id", "branch", "from_id", "to_id", "time", "reason")
    move_id: Mapped[int] = mapped_column(primary_key=True)
    repository_id: Mapped[str] = mapped_column(ForeignKey("repositories.repository_id"))
    branch: Mapped[str] = mapped_column(AnyText)
    from_id: Mapped[str | None] = mapped_column(AnyText)
    to_id: Mapped[str | None] = mapped_column(AnyText)
    time: Mapped[datetime] = mapped_column(UtcTime)
    reason: Mapped[str] = mapped_column(AnyText)


class EdgeRow(Base):
    """A commit and one of its parents by their ``sequence``, so that walking the graph needs no texts."""

    __tablename__ = "commit_edges"
    __table_args__ = ({"sqlite_with_rowid": False},)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    parent_sequence: Mapped[int] = mapped_column(primary_key=True)


class RootRow(Hashed, Base):
    """A commit of another project that this one goes on from: by forking, merging or importing."""

    __tablename__ = "repository_roots"
    HASHED = ("repository_id", "sequence")
    __table_args__ = ({"sqlite_with_rowid": False},)
    repository_id: Mapped[str] = mapped_column(ForeignKey("repositories.repository_id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)


class WordsRow(Base):
    """The words that a commit is found by; see `searching`."""

    __tablename__ = "commit_words"
    sequence: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(Text)


class HoldingRow(Hashed, Base):
    """Every object that a commit needs, by number, as 32-bit little-endian integers.

    A commit without such a row is from before revision 0002, or its snapshot could not be read then.
    """

    __tablename__ = "commit_objects"
    HASHED = ("sequence", "numbers")
    sequence: Mapped[int] = mapped_column(primary_key=True)
    numbers: Mapped[bytes] = mapped_column(LargeBinary)


class SoundRow(Hashed, Base):
    """A sound of the library."""

    __tablename__ = "sounds"
    HASHED = (
        "sound_id",
        "name",
        "original_file_name",
        "object_id",
        "sample_rate",
        "n_channels",
        "n_frames",
        "analysis",
        "created",
    )
    sound_id: Mapped[str] = mapped_column(AnyText, primary_key=True)
    name: Mapped[str] = mapped_column(AnyText)
    original_file_name: Mapped[str] = mapped_column(AnyText)
    object_id: Mapped[str] = mapped_column(ForeignKey("objects.object_id"), index=True)
    sample_rate: Mapped[int]
    n_channels: Mapped[int]
    n_frames: Mapped[int]
    analysis: Mapped[dict[str, Any] | None] = mapped_column(JsonValues)
    created: Mapped[datetime] = mapped_column(UtcTime)


class JobRow(Hashed, Base):
    """A job as it is remembered."""

    __tablename__ = "jobs"
    HASHED = ("job_id", "title", "kind", "state", "request", "created", "finished", "message")
    job_id: Mapped[str] = mapped_column(AnyText, primary_key=True)
    title: Mapped[str] = mapped_column(AnyText)
    kind: Mapped[str] = mapped_column(AnyText)
    state: Mapped[str] = mapped_column(AnyText, index=True)
    request: Mapped[dict[str, Any]] = mapped_column(JsonValues)
    created: Mapped[datetime] = mapped_column(UtcTime)
    finished: Mapped[datetime | None] = mapped_column(UtcTime)
    message: Mapped[str] = mapped_column(AnyText)
