"""Subscriptions: who has which plan, until when, and how it came there."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _subscriptions()
    _history()
    op.execute((SQL / "0011_subscriptions.sql").read_text("utf-8"))


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("first_payment_hours", sa.Integer(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_since", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("anchor", MOMENT, nullable=True),
        sa.Column("period_start", MOMENT, nullable=True),
        sa.Column("period_end", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_subscriptions_user_id")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_subscriptions_price_not_negative")),
        sa.CheckConstraint(
            "period_end > period_start", name=op.f("ck_subscriptions_ends_after_start")
        ),
    )
    op.create_index(
        "uq_subscriptions_user_id",
        "subscriptions",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.create_index(
        "ix_subscriptions_user_id_period_end", "subscriptions", ["user_id", "period_end"]
    )


def _history() -> None:
    op.create_table(
        "subscription_transitions",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("subject_id", "seq", name=op.f("pk_subscription_transitions")),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["subscriptions.id"],
            name=op.f("fk_subscription_transitions_subject_id"),
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    op.drop_table("subscription_transitions")
    op.drop_table("subscriptions")
