"""Enquiries: asking one provider after another, and the terms that are proposed on the way."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
GRANT = """
    DO $$
    BEGIN
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'kalends_app') THEN
            GRANT SELECT, INSERT, UPDATE, DELETE ON enquiries, enquiry_offers, enquiry_proposals,
                enquiry_transitions, offer_transitions TO kalends_app;
        END IF;
    END
    $$;
"""
ENQUIRIES = (
    sa.Column("id", sa.Uuid(), nullable=False),
    sa.Column("process", sa.String(), nullable=False),
    sa.Column("state", sa.String(), nullable=False),
    sa.Column("state_since", MOMENT, nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("mode", sa.String(), nullable=False),
    sa.Column("customer_id", sa.Uuid(), nullable=False),
    sa.Column("provider_id", sa.Uuid(), nullable=False),
    sa.Column("service_ids", sa.ARRAY(sa.Uuid()), nullable=False),
    sa.Column("start_at", MOMENT, nullable=False),
    sa.Column("zone", sa.String(), nullable=False),
    sa.Column("address", sa.String(), nullable=False),
    sa.Column("lat", sa.Double(), nullable=False),
    sa.Column("lng", sa.Double(), nullable=False),
    sa.Column("travel_option", sa.String(), nullable=False),
    sa.Column("notes", sa.String(), nullable=True),
    sa.Column("reference_images", sa.ARRAY(sa.String()), nullable=False),
    sa.Column("currency", sa.String(length=3), nullable=False),
    sa.Column("max_price", sa.BigInteger(), nullable=False, comment="minor units"),
    sa.Column("policy", JSONB(), nullable=False, comment="policy values frozen when it was sent"),
    sa.Column("candidates", JSONB(), nullable=False, comment="who may be asked, in this order"),
    sa.Column(
        "consent",
        JSONB(),
        nullable=True,
        comment="the dearer candidate that waits for the customer's word",
    ),
    sa.Column("trial", JSONB(), nullable=True, comment="terms of a trial beforehand"),
    sa.Column("booking_id", sa.Uuid(), nullable=True),
    sa.Column("trial_booking_id", sa.Uuid(), nullable=True),
    sa.Column("created_at", MOMENT, nullable=False),
)
ENQUIRY_OFFERS = (
    sa.Column("id", sa.Uuid(), nullable=False),
    sa.Column("enquiry_id", sa.Uuid(), nullable=False),
    sa.Column("sequence", sa.Integer(), nullable=False),
    sa.Column(
        "position", sa.Integer(), nullable=False, comment="which of the enquiry's candidates"
    ),
    sa.Column("provider_id", sa.Uuid(), nullable=False),
    sa.Column("price", sa.BigInteger(), nullable=False, comment="minor units"),
    sa.Column("process", sa.String(), nullable=False),
    sa.Column("state", sa.String(), nullable=False),
    sa.Column("state_since", MOMENT, nullable=False),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("offered_at", MOMENT, nullable=False),
    sa.Column("expires_at", MOMENT, nullable=True),
)
ENQUIRY_PROPOSALS = (
    sa.Column("enquiry_id", sa.Uuid(), nullable=False),
    sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
    sa.Column("by", sa.String(), nullable=False),
    sa.Column("author_id", sa.Uuid(), nullable=False),
    sa.Column("price", sa.BigInteger(), nullable=True, comment="minor units, of everything"),
    sa.Column("start_at", MOMENT, nullable=True),
    sa.Column("note", sa.String(), nullable=True),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.Column("expires_at", MOMENT, nullable=False),
    sa.Column("accepted_at", MOMENT, nullable=True),
)


def upgrade() -> None:
    _enquiries()
    _enquiry_offers()
    _enquiry_proposals()
    _history("enquiry_transitions", "enquiries")
    _history("offer_transitions", "enquiry_offers")
    op.execute(GRANT)


def _enquiries() -> None:
    op.create_table(
        "enquiries",
        *ENQUIRIES,
        sa.CheckConstraint(
            "booking_id IS NULL OR state IN ('accepted', 'converted')",
            name=op.f("ck_enquiries_books_when_accepted"),
        ),
        sa.CheckConstraint("mode IN ('instant', 'flexi')", name=op.f("ck_enquiries_mode_known")),
        sa.CheckConstraint(
            "state <> 'converted' OR booking_id IS NOT NULL",
            name=op.f("ck_enquiries_converted_books"),
        ),
        sa.CheckConstraint(
            "travel_option IN ('client_location', 'provider_place')",
            name=op.f("ck_enquiries_travel_option_known"),
        ),
        sa.CheckConstraint(
            "cardinality(reference_images) <= 10", name=op.f("ck_enquiries_images_bounded")
        ),
        sa.CheckConstraint(
            "cardinality(service_ids) BETWEEN 1 AND 5",
            name=op.f("ck_enquiries_one_to_five_services"),
        ),
        sa.CheckConstraint("char_length(notes) <= 2000", name=op.f("ck_enquiries_notes_bounded")),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_enquiries_lat_range")),
        sa.CheckConstraint("lng BETWEEN -180 AND 180", name=op.f("ck_enquiries_lng_range")),
        sa.CheckConstraint("max_price > 0", name=op.f("ck_enquiries_max_price_positive")),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_enquiries_booking_id")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["users.id"], name=op.f("fk_enquiries_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_enquiries_provider_id")
        ),
        sa.ForeignKeyConstraint(
            ["trial_booking_id"], ["bookings.id"], name=op.f("fk_enquiries_trial_booking_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiries")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_enquiries_booking_id")),
        sa.UniqueConstraint("trial_booking_id", name=op.f("uq_enquiries_trial_booking_id")),
    )
    op.create_index("ix_enquiries_customer_id_id", "enquiries", ["customer_id", "id"], unique=False)
    op.create_index(
        "ix_enquiries_customer_id_state", "enquiries", ["customer_id", "state"], unique=False
    )


def _enquiry_offers() -> None:
    op.create_table(
        "enquiry_offers",
        *ENQUIRY_OFFERS,
        sa.CheckConstraint("price > 0", name=op.f("ck_enquiry_offers_price_positive")),
        sa.CheckConstraint("sequence > 0", name=op.f("ck_enquiry_offers_sequence_positive")),
        sa.ForeignKeyConstraint(
            ["enquiry_id"],
            ["enquiries.id"],
            name=op.f("fk_enquiry_offers_enquiry_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_enquiry_offers_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_offers")),
        sa.UniqueConstraint(
            "enquiry_id", "sequence", name=op.f("uq_enquiry_offers_enquiry_id_sequence")
        ),
    )
    op.create_index(
        "ix_enquiry_offers_provider_id_state",
        "enquiry_offers",
        ["provider_id", "state", "expires_at"],
        unique=False,
    )
    op.create_index(
        "uq_enquiry_offers_live",
        "enquiry_offers",
        ["enquiry_id"],
        unique=True,
        postgresql_where=sa.text("state = 'offered'"),
    )


def _enquiry_proposals() -> None:
    op.create_table(
        "enquiry_proposals",
        *ENQUIRY_PROPOSALS,
        sa.CheckConstraint(
            "by IN ('customer', 'provider')", name=op.f("ck_enquiry_proposals_side_known")
        ),
        sa.CheckConstraint(
            "char_length(note) <= 2000", name=op.f("ck_enquiry_proposals_note_bounded")
        ),
        sa.CheckConstraint("price > 0", name=op.f("ck_enquiry_proposals_price_positive")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["users.id"], name=op.f("fk_enquiry_proposals_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["enquiry_id"],
            ["enquiries.id"],
            name=op.f("fk_enquiry_proposals_enquiry_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("enquiry_id", "version", name=op.f("pk_enquiry_proposals")),
    )


def _history(name: str, subjects: str) -> None:
    op.create_table(
        name,
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
        sa.ForeignKeyConstraint(
            ["subject_id"],
            [f"{subjects}.id"],
            name=op.f(f"fk_{name}_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", "seq", name=op.f(f"pk_{name}")),
    )


def downgrade() -> None:
    """Bookings that came from enquiries must have been deleted before: the schema below cannot move them."""
    for name in (
        "offer_transitions",
        "enquiry_transitions",
        "enquiry_proposals",
        "enquiry_offers",
        "enquiries",
    ):
        op.drop_table(name)
