"""Jobs that were given back, and what follows from many."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "declines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declines")),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_declines_booking_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_members.id"], name=op.f("fk_declines_staff_id")
        ),
        sa.CheckConstraint("char_length(note) <= 500", name=op.f("ck_declines_note_bounded")),
    )
    op.create_index("ix_declines_staff_id_at", "declines", ["staff_id", "at"])
    op.create_index("ix_declines_booking_id", "declines", ["booking_id"])
    _reviews()
    op.execute((SQL / "0020_declines.sql").read_text("utf-8"))


def _reviews() -> None:
    op.create_table(
        "ranking_reviews",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("declines", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_ranking_reviews")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_members.id"], name=op.f("fk_ranking_reviews_staff_id")
        ),
        sa.CheckConstraint("until > since", name=op.f("ck_ranking_reviews_times_in_order")),
    )
    op.create_index("ix_ranking_reviews_provider_id", "ranking_reviews", ["provider_id", "until"])


def downgrade() -> None:
    op.drop_table("ranking_reviews")
    op.drop_table("declines")
