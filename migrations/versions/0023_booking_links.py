"""Links in letters by which a booking is cancelled or moved, once."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "booking_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_links")),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["bookings.id"],
            name=op.f("fk_booking_links_booking_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_booking_links_user_id")),
        sa.CheckConstraint(
            "act IN ('cancel', 'reschedule')", name=op.f("ck_booking_links_act_known")
        ),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_booking_links_times_in_order")),
    )
    op.create_index("ix_booking_links_booking_id", "booking_links", ["booking_id"])
    op.create_index("ix_booking_links_expires_at", "booking_links", ["expires_at"])
    op.execute((SQL / "0023_booking_links.sql").read_text("utf-8"))


def downgrade() -> None:
    op.drop_table("booking_links")
