"""Bookings that repeat."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "booking_series",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=True),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False, comment="whose wall clock it keeps to"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_series")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["users.id"], name=op.f("fk_booking_series_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["venues.id"], name=op.f("fk_booking_series_venue_id")
        ),
        sa.CheckConstraint("every_weeks > 0", name=op.f("ck_booking_series_every_weeks_positive")),
    )
    op.create_index("ix_booking_series_customer_id_id", "booking_series", ["customer_id", "id"])
    op.add_column("bookings", sa.Column("series_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_bookings_series_id"), "bookings", "booking_series", ["series_id"], ["id"]
    )
    op.create_index(
        "ix_bookings_series_id",
        "bookings",
        ["series_id", "start_at"],
        postgresql_where=sa.text("series_id IS NOT NULL"),
    )
    op.execute((SQL / "0024_series.sql").read_text("utf-8"))


def downgrade() -> None:
    op.drop_column("bookings", "series_id")
    op.drop_table("booking_series")
