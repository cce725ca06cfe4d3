"""Calendars to and from other systems: secret addresses of ours, and foreign ones that block."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "calendar_feeds",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_feeds_digest")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_calendar_feeds_user_id")),
    )
    _busy_feeds()
    op.add_column(
        "allocations",
        sa.Column("feed_id", sa.Uuid(), nullable=True, comment="the calendar that blocks it"),
    )
    op.create_foreign_key(
        op.f("fk_allocations_feed_id"),
        "allocations",
        "busy_feeds",
        ["feed_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index(
        "ix_allocations_feed_id",
        "allocations",
        ["feed_id"],
        postgresql_where=sa.text("feed_id IS NOT NULL"),
    )
    op.create_index("ix_bookings_provider_id_start_at", "bookings", ["provider_id", "start_at"])
    op.execute((SQL / "0014_calendars.sql").read_text("utf-8"))


def _busy_feeds() -> None:
    op.create_table(
        "busy_feeds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resource_kind", sa.String(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.LargeBinary(), nullable=False, comment="sealed"),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("next_read_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column(
            "failures",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="in a row",
        ),
        sa.Column("busy", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("skipped", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("clashes", JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_feeds")),
        sa.CheckConstraint(
            "resource_kind IN ('room', 'staff')", name=op.f("ck_busy_feeds_resource_kind_known")
        ),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_busy_feeds_failures_not_negative")),
    )
    op.create_index("ix_busy_feeds_resource_id", "busy_feeds", ["resource_id"])
    op.create_index("ix_busy_feeds_next_read_at", "busy_feeds", ["next_read_at"])


def downgrade() -> None:
    op.drop_index("ix_bookings_provider_id_start_at", "bookings")
    op.execute("DELETE FROM allocations WHERE feed_id IS NOT NULL")
    op.drop_column("allocations", "feed_id")
    op.drop_table("busy_feeds")
    op.drop_table("calendar_feeds")
