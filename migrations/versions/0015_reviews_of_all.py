"""Reviews of providers, staff and customers beside rooms, and what they say of customers."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"
SUBJECT = "ck_reviews_subject_known"
ROOMS_ONLY = "subject_type = 'room' AND subject_id = room_id"
ALL = (
    "subject_type IN ('staff', 'customer')"
    " OR (subject_type = 'provider' AND subject_id = provider_id)"
    " OR (subject_type = 'room' AND room_id IS NOT NULL AND subject_id = room_id)"
)


def upgrade() -> None:
    op.alter_column("reviews", "room_id", nullable=True)
    op.drop_constraint(op.f(SUBJECT), "reviews")
    op.create_check_constraint(op.f(SUBJECT), "reviews", ALL)
    op.create_index("ix_reviews_subject_id", "reviews", ["subject_id"])
    op.create_table(
        "customer_ratings",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("rating_hundredths", sa.Integer(), nullable=True),
        sa.Column("rating_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_customer_ratings")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_customer_ratings_user_id")
        ),
        sa.CheckConstraint(
            "rating_hundredths BETWEEN 100 AND 500", name=op.f("ck_customer_ratings_rating_range")
        ),
        sa.CheckConstraint(
            "rating_count >= 0", name=op.f("ck_customer_ratings_rating_count_not_negative")
        ),
    )
    op.execute((SQL / "0015_reviews_of_all.sql").read_text("utf-8"))


def downgrade() -> None:
    """Reviews of anything but rooms must have been deleted before."""
    op.drop_table("customer_ratings")
    op.drop_index("ix_reviews_subject_id", "reviews")
    op.drop_constraint(op.f(SUBJECT), "reviews")
    op.create_check_constraint(op.f(SUBJECT), "reviews", ROOMS_ONLY)
    op.alter_column("reviews", "room_id", nullable=False)
