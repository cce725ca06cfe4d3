"""Events: a line for each vendor, and which vendors may see one."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "bookings",
        sa.Column(
            "vendor_ids",
            ARRAY(sa.Uuid()),
            server_default=sa.text("'{}'"),
            nullable=False,
            comment="who was asked to serve at an event",
        ),
    )
    op.create_index("ix_bookings_vendor_ids", "bookings", ["vendor_ids"], postgresql_using="gin")
    _lines()
    _history()
    op.execute((SQL / "0019_events.sql").read_text("utf-8"))


def _lines() -> None:
    op.create_table(
        "event_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("provider_name", sa.String(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("service_name", sa.String(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column(
            "buffer_minutes", sa.Integer(), nullable=False, comment="kept free after the event"
        ),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("countered", sa.BigInteger(), nullable=True),
        sa.Column("agreed", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("allocated", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("returned", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("policy", JSONB(), nullable=False, comment="the vendor's terms, frozen"),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_since", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        *_constraints(),
    )
    op.create_index("ix_event_lines_provider_id", "event_lines", ["provider_id"])


def _constraints() -> list[sa.Constraint]:
    points_to = {
        "provider_id": "providers.id",
        "service_id": "services.id",
        "room_id": "rooms.id",
    }
    return [
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_lines")),
        sa.UniqueConstraint(
            "booking_id", "position", name=op.f("uq_event_lines_booking_id_position")
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["bookings.id"],
            name=op.f("fk_event_lines_booking_id"),
            ondelete="CASCADE",
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_event_lines_{column}"))
            for column, target in points_to.items()
        ),
        sa.CheckConstraint("role IN ('venue', 'service')", name=op.f("ck_event_lines_role_known")),
        sa.CheckConstraint(
            "asked > 0 AND countered > 0 AND agreed > 0",
            name=op.f("ck_event_lines_prices_positive"),
        ),
        sa.CheckConstraint(
            "returned >= 0 AND returned <= allocated AND allocated <= coalesce(agreed, asked)",
            name=op.f("ck_event_lines_money_within_price"),
        ),
    ]


def _history() -> None:
    op.create_table(
        "event_line_transitions",
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
        sa.PrimaryKeyConstraint("subject_id", "seq", name=op.f("pk_event_line_transitions")),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["event_lines.id"],
            name=op.f("fk_event_line_transitions_subject_id"),
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    """Events themselves must have been deleted before."""
    op.drop_table("event_line_transitions")
    op.drop_table("event_lines")
    op.drop_index("ix_bookings_vendor_ids", "bookings")
    op.drop_column("bookings", "vendor_ids")
