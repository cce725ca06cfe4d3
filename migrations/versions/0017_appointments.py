"""Appointments: when somebody approved a booking, and jobs that are under way."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "bookings",
        sa.Column(
            "approved_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when whoever serves said yes, where that is needed",
        ),
    )
    op.create_index(
        "ix_bookings_in_progress",
        "bookings",
        ["end_at"],
        postgresql_where=sa.text("state = 'in_progress'"),
    )


def downgrade() -> None:
    op.drop_index("ix_bookings_in_progress", table_name="bookings")
    op.drop_column("bookings", "approved_at")
