"""Alembic's entry: migrates the connection that `schema` hands over, in that connection's transaction."""

from alembic import context

from infinite_studio.history.columns import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
