"""Run by alembic: use the connection and the transaction that the store has opened."""

from alembic import context

from storage.work_tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
