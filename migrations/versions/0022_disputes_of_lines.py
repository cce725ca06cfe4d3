"""Disputes about one line of an event."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

LIVE = sa.text("state IN ('open', 'under_review')")


def upgrade() -> None:
    op.add_column("disputes", sa.Column("line_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_disputes_line_id"), "disputes", "event_lines", ["line_id"], ["id"]
    )
    op.drop_index("uq_disputes_live", table_name="disputes")
    op.create_index(
        "uq_disputes_live",
        "disputes",
        ["booking_id", "line_id"],
        unique=True,
        postgresql_where=LIVE,
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    op.drop_index("uq_disputes_live", table_name="disputes")
    op.create_index(
        "uq_disputes_live", "disputes", ["booking_id"], unique=True, postgresql_where=LIVE
    )
    op.drop_column("disputes", "line_id")
