"""Providers with profiles and a process, their services and their staff."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SQL = Path(__file__).parents[1] / "sql"
MOMENT = sa.DateTime(timezone=True)
KINDS = "kind IN ('individual', 'business', 'venue', 'vendor', 'salon')"
ACTIVE = sa.text("state = 'active'")
OFFERED = sa.text("status = 'active'")
STATUS = "status IN ('active', 'inactive', 'deleted')"
RATING = "rating_hundredths BETWEEN 100 AND 500"
PROVIDER_CHECKS = {
    "kind_known": KINDS,
    "state_known": "state IN ('pending', 'needs_changes', 'active', 'suspended')",
    "username_pattern": "username ~ '^[a-z][a-z0-9_.-]{2,39}$'",
    "experience_known": "experience_level IN ('beginner', 'intermediate', 'expert')",
    "lat_range": "lat BETWEEN -90 AND 90",
    "lng_range": "lng BETWEEN -180 AND 180",
    "point_whole": "(lat IS NULL) = (lng IS NULL)",
    "buffer_range": "buffer_minutes BETWEEN 0 AND 1440",
    "rating_range": RATING,
    "rating_count_not_negative": "rating_count >= 0",
}
PROVIDER_SEARCH = (
    "lower(name || ' ' || coalesce(username, '') || ' ' || coalesce(city, '') || ' ' || bio)"
)
# Those that were there came with a place that an operator opened.
EARLIER_PROVIDERS = """
    UPDATE providers SET kind = 'venue', process = 'placed_provider', state = status,
                         state_since = created_at, updated_at = created_at,
                         version = CASE status WHEN 'active' THEN 1 ELSE 2 END
"""
THEIR_HISTORY = """
    INSERT INTO provider_transitions (subject_id, seq, transition, from_state, to_state, actor_kind, at)
    SELECT id, seq, transition, from_state, to_state, 'operator', created_at
    FROM providers JOIN (VALUES (1, 'place', NULL, 'active'), (2, 'suspend', 'active', 'suspended'))
                        AS steps (seq, transition, from_state, to_state) ON seq <= version
"""
ADDED = (
    "username",
    "bio",
    "categories",
    "experience_level",
    "registration_no",
    "contacts",
    "address",
    "city",
    "lat",
    "lng",
    "zone",
    "travel",
    "hours",
    "portfolio",
    "buffer_minutes",
    "rating_hundredths",
    "rating_count",
    "process",
    "state",
    "state_since",
    "version",
    "updated_at",
)
INDEXES = (
    "uq_providers_username",
    "uq_providers_individual_owner",
    "ix_providers_state",
    "ix_providers_point",
    "ix_providers_lower_city",
    "ix_providers_categories",
    "ix_providers_search",
)


def upgrade() -> None:
    _providers()
    _history()
    op.execute(EARLIER_PROVIDERS)
    op.execute(THEIR_HISTORY)
    op.drop_column("providers", "status")
    for name in ("process", "state", "state_since", "version", "updated_at"):
        op.alter_column("providers", name, nullable=False)
    for name, condition in PROVIDER_CHECKS.items():
        op.create_check_constraint(op.f(f"ck_providers_{name}"), "providers", condition)
    _provider_indexes()
    _services()
    _staff()
    _service_staff()
    _memberships("role IN ('owner', 'manager', 'staff')")
    op.execute((SQL / "0007_providers.sql").read_text("utf-8"))


def downgrade() -> None:
    """Profiles, services and staff are lost; of the providers the names, kinds and owners stay."""
    op.execute("DELETE FROM memberships WHERE role = 'staff'")
    _memberships("role IN ('owner', 'manager')")
    for table in (
        "service_staff",
        "staff_time_off",
        "staff_members",
        "services",
        "provider_transitions",
    ):
        op.drop_table(table)
    for name in INDEXES:
        op.drop_index(name, "providers")
    for name in PROVIDER_CHECKS:
        op.drop_constraint(op.f(f"ck_providers_{name}"), "providers", type_="check")
    op.add_column(
        "providers",
        sa.Column("status", sa.String(), server_default=sa.text("'active'"), nullable=False),
    )
    op.execute("UPDATE providers SET status = 'suspended' WHERE state <> 'active'")
    op.drop_column("providers", "search")
    for name in ADDED:
        op.drop_column("providers", name)
    op.create_check_constraint(
        op.f("ck_providers_status"), "providers", "status IN ('active', 'suspended')"
    )


def _providers() -> None:
    op.drop_constraint(op.f("ck_providers_status"), "providers", type_="check")
    for column in (
        sa.Column("username", sa.String(), nullable=True),
        sa.Column("bio", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("categories", ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("experience_level", sa.String(), nullable=True),
        sa.Column("registration_no", sa.LargeBinary(), nullable=True),
        sa.Column("contacts", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lng", sa.Double(), nullable=True),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("travel", sa.JSON(), nullable=True),
        sa.Column("hours", sa.JSON(), nullable=True),
        sa.Column("portfolio", ARRAY(sa.String()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("buffer_minutes", sa.Integer(), nullable=True),
        sa.Column("rating_hundredths", sa.Integer(), nullable=True),
        sa.Column("rating_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("process", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("state_since", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("updated_at", MOMENT, nullable=True),
    ):
        op.add_column("providers", column)
    op.add_column(
        "providers",
        sa.Column(
            "search", sa.String(), sa.Computed(PROVIDER_SEARCH, persisted=True), nullable=False
        ),
    )


def _history() -> None:
    op.create_table(
        "provider_transitions",
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
        sa.PrimaryKeyConstraint("subject_id", "seq", name=op.f("pk_provider_transitions")),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["providers.id"],
            name=op.f("fk_provider_transitions_subject_id"),
            ondelete="CASCADE",
        ),
    )


def _provider_indexes() -> None:
    op.create_index("uq_providers_username", "providers", ["username"], unique=True)
    op.create_index(
        "uq_providers_individual_owner",
        "providers",
        ["owner_user_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'individual'"),
    )
    op.create_index("ix_providers_state", "providers", ["state", "id"])
    op.create_index(
        "ix_providers_point",
        "providers",
        [sa.text("point(lng, lat)")],
        postgresql_using="gist",
        postgresql_where=sa.text("state = 'active' AND lat IS NOT NULL"),
    )
    op.create_index(
        "ix_providers_lower_city", "providers", [sa.text("lower(city)")], postgresql_where=ACTIVE
    )
    op.create_index(
        "ix_providers_categories",
        "providers",
        ["categories"],
        postgresql_using="gin",
        postgresql_where=ACTIVE,
    )
    op.create_index(
        "ix_providers_search",
        "providers",
        ["search"],
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
        postgresql_where=ACTIVE,
    )


def _services() -> None:
    op.create_table(
        "services",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("price_unit", sa.String(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("duration_min", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("image", sa.String(), nullable=True),
        sa.Column("checklist", JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("status", sa.String(), server_default=sa.text("'active'"), nullable=False),
        sa.Column(
            "search",
            sa.String(),
            sa.Computed("lower(name || ' ' || category || ' ' || description)", persisted=True),
            nullable=False,
        ),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_services_provider_id")
        ),
        sa.UniqueConstraint("provider_id", "id", name=op.f("uq_services_provider_id_id")),
        sa.CheckConstraint(
            "type IN ('instant', 'flexi', 'standard')", name=op.f("ck_services_type_known")
        ),
        sa.CheckConstraint(
            "price_unit IN ('fixed', 'per_hour')", name=op.f("ck_services_price_unit_known")
        ),
        sa.CheckConstraint(STATUS, name=op.f("ck_services_status")),
        sa.CheckConstraint("price > 0", name=op.f("ck_services_price_positive")),
        sa.CheckConstraint(
            "duration_min BETWEEN 1 AND 10080", name=op.f("ck_services_duration_range")
        ),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_services_currency")),
    )
    op.create_index(
        "ix_services_provider_type_status", "services", ["provider_id", "type", "status"]
    )
    for name in ("category", "price"):
        op.create_index(f"ix_services_{name}", "services", [name, "id"], postgresql_where=OFFERED)
    op.create_index(
        "ix_services_search",
        "services",
        ["search"],
        postgresql_using="gin",
        postgresql_ops={"search": "gin_trgm_ops"},
        postgresql_where=OFFERED,
    )


def _staff() -> None:
    op.create_table(
        "staff_members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("bio", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=True),
        sa.Column("breaks", JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("buffer_minutes", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(), server_default=sa.text("'active'"), nullable=False),
        sa.Column("rating_hundredths", sa.Integer(), nullable=True),
        sa.Column("rating_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_members")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_staff_members_provider_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_staff_members_user_id")),
        sa.UniqueConstraint("provider_id", "id", name=op.f("uq_staff_members_provider_id_id")),
        sa.CheckConstraint(STATUS, name=op.f("ck_staff_members_status")),
        sa.CheckConstraint(
            "buffer_minutes BETWEEN 0 AND 1440", name=op.f("ck_staff_members_buffer_range")
        ),
        sa.CheckConstraint(RATING, name=op.f("ck_staff_members_rating_range")),
        sa.CheckConstraint(
            "rating_count >= 0", name=op.f("ck_staff_members_rating_count_not_negative")
        ),
    )
    op.create_index(
        "uq_staff_members_account",
        "staff_members",
        ["provider_id", "user_id"],
        unique=True,
        postgresql_where=sa.text("status <> 'deleted'"),
    )
    op.create_index("ix_staff_members_user_id", "staff_members", ["user_id"])
    op.create_table(
        "staff_time_off",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("reason", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_time_off")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_members.id"], name=op.f("fk_staff_time_off_staff_id")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_staff_time_off_not_empty")),
    )
    op.create_index("ix_staff_time_off_staff_id", "staff_time_off", ["staff_id", "ends_at", "id"])


def _service_staff() -> None:
    op.create_table(
        "service_staff",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("service_id", "staff_id", name=op.f("pk_service_staff")),
        sa.ForeignKeyConstraint(
            ["provider_id", "service_id"],
            ["services.provider_id", "services.id"],
            name="fk_service_staff_service_of_provider",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id", "staff_id"],
            ["staff_members.provider_id", "staff_members.id"],
            name="fk_service_staff_member_of_provider",
        ),
    )
    op.create_index("ix_service_staff_staff_id", "service_staff", ["staff_id"])


def _memberships(roles: str) -> None:
    op.drop_constraint(op.f("ck_memberships_role_known"), "memberships", type_="check")
    op.create_check_constraint(op.f("ck_memberships_role_known"), "memberships", roles)
