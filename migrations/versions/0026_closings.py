"""What each month began with."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"


def upgrade() -> None:
    op.create_table(
        "ledger_closings",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("at", "kind", "owner", "currency", name=op.f("pk_ledger_closings")),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_ledger_closings_holds_something")),
    )
    op.execute((SQL / "0026_closings.sql").read_text("utf-8"))


def downgrade() -> None:
    op.execute("DROP FUNCTION ledger_closed_owner(text, text)")
    op.drop_table("ledger_closings")
