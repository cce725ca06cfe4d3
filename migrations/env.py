"""Alembic's entry: migrates the database of the engine that `kalends.app.migrate` hands over."""

from alembic import context

from kalends.app.tables import metadata

connection = context.config.attributes["connection"]


def include(_: object, name: str | None, kind: str, *__: object) -> bool:
    """Procrastinate owns its tables; they are no part of our metadata."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


context.configure(connection=connection, target_metadata=metadata, include_object=include)
with context.begin_transaction():
    context.run_migrations()
