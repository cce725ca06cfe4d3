"""The first schema."""

from importlib import resources
from pathlib import Path

from alembic import op

from kalends.app.tables import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    connection = op.get_bind()
    connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS btree_gist")
    connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    schema = resources.files("procrastinate.sql").joinpath("schema.sql").read_text("utf-8")
    connection.exec_driver_sql(schema.replace("%", "%%"))
    metadata.create_all(connection)
    for part in sorted(SQL.glob("*.sql"), key=lambda p: (p.name != "core.sql", p.name)):
        connection.exec_driver_sql(part.read_text("utf-8").replace("%", "%%"))


def downgrade() -> None:
    op.get_bind().exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
