"""The first library."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    _make_objects_and_users()
    _make_repositories()
    _make_commits()
    _make_stems_and_branches()
    _make_sounds()
    _make_jobs()


def _make_objects_and_users() -> None:
    op.create_table(
        "objects",
        sa.Column("object_id", sa.Text(), primary_key=True, nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
    )
    op.create_table(
        "users",
        sa.Column("user_id", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("name", "email", name="uq_users_name_email"),
    )


def _make_repositories() -> None:
    op.create_table(
        "repositories",
        sa.Column("repository_id", sa.Text(), primary_key=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False, unique=True),
        sa.Column("current_branch", sa.Text(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("used", sa.Text(), nullable=False),
        sa.Column(
            "forked_from", sa.Text(), sa.ForeignKey("commits.commit_id", name="fk_repositories_forked_from")
        ),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("working_snapshot", sa.LargeBinary()),
        sa.Column("working_base", sa.Text()),
    )


def _make_commits() -> None:
    op.create_table(
        "commits",
        sa.Column("sequence", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("commit_id", sa.Text(), nullable=False, unique=True),
        sa.Column("repository_id", sa.Text(), sa.ForeignKey("repositories.repository_id"), nullable=False),
        sa.Column("author_id", sa.Integer(), sa.ForeignKey("users.user_id"), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("tempo_bpm", sa.Float()),
        sa.Column("key", sa.Text()),
        sa.Column("snapshot_object_id", sa.Text(), sa.ForeignKey("objects.object_id"), nullable=False),
        sa.Column("mixdown_object_id", sa.Text(), sa.ForeignKey("objects.object_id")),
    )
    op.create_index("ix_commits_repository", "commits", ["repository_id", "sequence"])
    op.create_table(
        "commit_parents",
        sa.Column(
            "commit_id", sa.Text(), sa.ForeignKey("commits.commit_id"), primary_key=True, nullable=False
        ),
        sa.Column("position", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("parent_id", sa.Text(), sa.ForeignKey("commits.commit_id"), nullable=False),
    )
    op.create_index("ix_commit_parents_parent_id", "commit_parents", ["parent_id"])


def _make_stems_and_branches() -> None:
    op.create_table(
        "stems",
        sa.Column(
            "commit_id", sa.Text(), sa.ForeignKey("commits.commit_id"), primary_key=True, nullable=False
        ),
        sa.Column("position", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("stem_type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), sa.ForeignKey("objects.object_id"), nullable=False),
        sa.Column("recipe", sa.Text()),
    )
    op.create_index("ix_stems_object_id", "stems", ["object_id"])
    op.create_table(
        "branches",
        sa.Column(
            "repository_id",
            sa.Text(),
            sa.ForeignKey("repositories.repository_id"),
            primary_key=True,
            nullable=False,
        ),
        sa.Column("name", sa.Text(), primary_key=True, nullable=False),
        sa.Column("commit_id", sa.Text(), sa.ForeignKey("commits.commit_id"), nullable=False),
    )


def _make_sounds() -> None:
    op.create_table(
        "sounds",
        sa.Column("sound_id", sa.Text(), primary_key=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("original_file_name", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), sa.ForeignKey("objects.object_id"), nullable=False),
        sa.Column("sample_rate", sa.Integer(), nullable=False),
        sa.Column("n_channels", sa.Integer(), nullable=False),
        sa.Column("n_frames", sa.Integer(), nullable=False),
        sa.Column("analysis", sa.Text()),
        sa.Column("created", sa.Text(), nullable=False),
    )
    op.create_index("ix_sounds_object_id", "sounds", ["object_id"])


def _make_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("job_id", sa.Text(), primary_key=True, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("created", sa.Text(), nullable=False),
        sa.Column("finished", sa.Text()),
        sa.Column("message", sa.Text(), nullable=False),
    )
    op.create_index("ix_jobs_state", "jobs", ["state"])
