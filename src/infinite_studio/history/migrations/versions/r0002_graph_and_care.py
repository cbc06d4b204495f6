"""Tags, the reflog, numbers that make walking and marking fast, and a hash in every row that had none."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from infinite_studio.history.columns import row_hash

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_HASHED = {
    "users": ("name", "email", "is_current"),
    "objects": ("object_id", "number", "size_bytes", "media_type", "created", "is_absent"),
    "repositories": (
        "repository_id",
        "name",
        "name_key",
        "current_branch",
        "created",
        "used",
        "forked_from",
        "is_public",
    ),
    "branches": ("repository_id", "name", "commit_id"),
    "sounds": (
        "sound_id",
        "name",
        "original_file_name",
        "object_id",
        "sample_rate",
        "n_channels",
        "n_frames",
        "analysis",
        "created",
    ),
    "jobs": ("job_id", "title", "kind", "state", "request", "created", "finished", "message"),
}
_ROWS_AT_ONCE = 10_000


def upgrade() -> None:
    """Add the tables and columns, and fill them from what is there."""
    _number_objects()
    op.add_column("repositories", sa.Column("working_hash", sa.Integer()))
    for table in _HASHED:
        op.add_column(table, sa.Column("content_hash", sa.Integer(), nullable=False, server_default="0"))
    _make_tags_and_reflog()
    _make_graph()
    for table, columns in _HASHED.items():
        _seal(table, columns)
    _seal_working()


def _number_objects() -> None:
    op.add_column("objects", sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("objects", sa.Column("is_absent", sa.Boolean(), nullable=False, server_default="0"))
    op.execute("UPDATE objects SET number = rowid")
    op.create_index("ix_objects_number", "objects", ["number"], unique=True)
    op.create_index("ix_commits_snapshot", "commits", ["snapshot_object_id"])
    op.create_index("ix_commits_mixdown", "commits", ["mixdown_object_id"])


def _make_tags_and_reflog() -> None:
    op.create_table(
        "tags",
        sa.Column(
            "repository_id",
            sa.Text(),
            sa.ForeignKey("repositories.repository_id"),
            primary_key=True,
            nullable=False,
        ),
        sa.Column("name", sa.Text(), primary_key=True, nullable=False),
        sa.Column("commit_id", sa.Text(), sa.ForeignKey("commits.commit_id"), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Integer(), nullable=False, server_default="0"),
    )
    op.create_index("ix_tags_commit_id", "tags", ["commit_id"])
    op.create_table(
        "ref_moves",
        sa.Column("move_id", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("repository_id", sa.Text(), sa.ForeignKey("repositories.repository_id"), nullable=False),
        sa.Column("branch", sa.Text(), nullable=False),
        sa.Column("from_id", sa.Text()),
        sa.Column("to_id", sa.Text()),
        sa.Column("time", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Integer(), nullable=False, server_default="0"),
    )
    op.create_index("ix_ref_moves_repository", "ref_moves", ["repository_id", "move_id"])
    _remember_loose_ends()


def _remember_loose_ends() -> None:
    """Give commits that nothing leads to their time of grace from now on."""
    rows = op.get_bind().exec_driver_sql(
        "SELECT repository_id, commit_id FROM commits WHERE commit_id NOT IN (SELECT parent_id FROM commit_parents)"
        " AND commit_id NOT IN (SELECT commit_id FROM branches) ORDER BY sequence"
    )
    moment = datetime.now(UTC).isoformat(timespec="microseconds")
    for repository_id, commit_id in rows.all():
        values = (repository_id, "", commit_id, None, moment, "upgrade")
        op.get_bind().exec_driver_sql(
            "INSERT INTO ref_moves (repository_id, branch, from_id, to_id, time, reason, content_hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*values, row_hash(values)),
        )


def _make_graph() -> None:
    op.create_table(
        "commit_edges",
        sa.Column("sequence", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("parent_sequence", sa.Integer(), primary_key=True, nullable=False),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO commit_edges SELECT DISTINCT child.sequence, parent.sequence FROM commit_parents"
        " JOIN commits AS child ON child.commit_id = commit_parents.commit_id"
        " JOIN commits AS parent ON parent.commit_id = commit_parents.parent_id"
    )
    op.create_table(
        "repository_roots",
        sa.Column(
            "repository_id",
            sa.Text(),
            sa.ForeignKey("repositories.repository_id"),
            primary_key=True,
            nullable=False,
        ),
        sa.Column("sequence", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("content_hash", sa.Integer(), nullable=False, server_default="0"),
        sqlite_with_rowid=False,
    )
    roots = op.get_bind().exec_driver_sql(
        "SELECT repositories.repository_id, commits.sequence FROM repositories"
        " JOIN commits ON commits.commit_id = repositories.forked_from"
    )
    for root in roots.all():
        op.get_bind().exec_driver_sql(
            "INSERT INTO repository_roots VALUES (?, ?, ?)", (*root, row_hash(root))
        )
    op.create_table(
        "commit_words",
        sa.Column("sequence", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
    )
    op.create_table(
        "commit_objects",
        sa.Column("sequence", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("numbers", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.Integer(), nullable=False, server_default="0"),
    )


def _seal(table: str, columns: tuple[str, ...]) -> None:
    connection = op.get_bind()
    chosen = f"SELECT rowid, {', '.join(columns)} FROM {table} WHERE rowid > ? ORDER BY rowid LIMIT ?"  # noqa: S608
    last = -1
    while rows := connection.exec_driver_sql(chosen, (last, _ROWS_AT_ONCE)).all():
        last = rows[-1][0]
        hashes = [(row_hash(row[1:]), row[0]) for row in rows]
        connection.exec_driver_sql(f"UPDATE {table} SET content_hash = ? WHERE rowid = ?", hashes)  # noqa: S608


def _seal_working() -> None:
    connection = op.get_bind()
    chosen = (
        "SELECT rowid, working_snapshot, working_base FROM repositories WHERE working_snapshot IS NOT NULL"
    )
    for row in connection.exec_driver_sql(chosen).all():
        connection.exec_driver_sql(
            "UPDATE repositories SET working_hash = ? WHERE rowid = ?", (row_hash(row[1:]), row[0])
        )
