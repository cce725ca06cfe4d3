"""The first schema: every room's tables, then what only SQL can say (functions, triggers, grants)."""

from importlib import resources
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

EMPTY = """
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT tablename AS name FROM pg_tables
               WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DROP TABLE public.%I CASCADE', one.name);
    END LOOP;
    FOR one IN SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public' LOOP
        EXECUTE format('DROP SEQUENCE IF EXISTS public.%I CASCADE', one.name);
    END LOOP;
    DROP EXTENSION btree_gist, pg_trgm;
    FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p
               WHERE p.pronamespace = 'public'::regnamespace LOOP
        EXECUTE format('DROP FUNCTION IF EXISTS %s CASCADE', one.name);
    END LOOP;
    FOR one IN SELECT t.oid::regtype AS name FROM pg_type t
               WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('e', 'c')
                 AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind <> 'c') LOOP
        EXECUTE format('DROP TYPE IF EXISTS %s CASCADE', one.name);
    END LOOP;
END
$$
"""

# Once released these files are never edited: a later change brings its own, run by its own migration.
SQL = sorted((Path(__file__).parents[1] / "sql").glob("0001_*.sql"))


def upgrade() -> None:
    for extension in ("btree_gist", "pg_trgm"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    _run(resources.files("procrastinate.sql").joinpath("schema.sql").read_text("utf-8"))
    for sequence in SEQUENCES:
        op.execute(sa.schema.CreateSequence(sa.Sequence(sequence)))
    _tables()
    for part in SQL:
        _run(part.read_text("utf-8"))


def downgrade() -> None:
    """Everything goes but Alembic's own table: before this revision there was nothing."""
    _run(EMPTY)


def _run(statements: str) -> None:
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


SEQUENCES = ("booking_numbers",)


def _tables() -> None:
    op.create_table(
        "audit_log",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_log")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_log_hash")),
    )
    op.create_index(op.f("ix_audit_log_action"), "audit_log", ["action"], unique=False)
    op.create_index(
        "ix_audit_log_subject", "audit_log", ["subject_kind", "subject_id"], unique=False
    )
    op.create_table(
        "calendars",
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_calendars")),
    )
    op.create_table(
        "clock_offset",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seconds", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_clock_offset_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_offset")),
    )
    op.create_table(
        "gateway_inbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=True),
        sa.Column("payment_id", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "mark IN ('received', 'processed', 'parked', 'ignored')",
            name=op.f("ck_gateway_inbox_mark_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_inbox")),
        sa.UniqueConstraint("gateway", "event_id", name=op.f("uq_gateway_inbox_gateway_event_id")),
    )
    op.create_index(
        "ix_gateway_inbox_open",
        "gateway_inbox",
        ["mark", "id"],
        unique=False,
        postgresql_where=sa.text("mark IN ('received', 'parked')"),
    )
    op.create_index(
        "ix_gateway_inbox_order_id", "gateway_inbox", ["gateway", "order_id"], unique=False
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("principal", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("principal", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(
        "ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"], unique=False
    )
    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_accounts")),
        sa.UniqueConstraint("id", "currency", name=op.f("uq_ledger_accounts_id_currency")),
        sa.UniqueConstraint(
            "kind", "owner", "currency", name=op.f("uq_ledger_accounts_kind_owner_currency")
        ),
    )
    op.create_table(
        "ledger_transactions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("memo", sa.String(), nullable=False),
        sa.Column("metadata", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("entries_hash", sa.String(), nullable=False),
        sa.Column("entry_count", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("entry_count >= 2", name=op.f("ck_ledger_transactions_two_entries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transactions")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_transactions_key")),
    )
    op.create_index(
        "ix_ledger_transactions_subject", "ledger_transactions", ["subject"], unique=False
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("address_digests", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("channel IN ('mail')", name=op.f("ck_messages_channel")),
        sa.CheckConstraint("state IN ('queued', 'sent', 'failed')", name=op.f("ck_messages_state")),
        sa.CheckConstraint(
            "octet_length(payload) <= 2000000", name=op.f("ck_messages_payload_bounded")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_messages_dedupe_key")),
    )
    op.create_index(
        "ix_messages_sent",
        "messages",
        ["state_since", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'sent'"),
    )
    op.create_table(
        "rate_buckets",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_buckets")),
        prefixes=["UNLOGGED"],
    )
    op.create_index(op.f("ix_rate_buckets_full_at"), "rate_buckets", ["full_at"], unique=False)
    op.create_table(
        "reaction_runs",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("reaction", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "reaction", name=op.f("pk_reaction_runs")),
    )
    op.create_index(op.f("ix_reaction_runs_at"), "reaction_runs", ["at"], unique=False)
    op.create_table(
        "sandbox_orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("payment_id", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("captured", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_sandbox_orders_amount_positive")),
        sa.CheckConstraint("captured >= 0", name=op.f("ck_sandbox_orders_captured_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_orders")),
        sa.UniqueConstraint("order_id", name=op.f("uq_sandbox_orders_order_id")),
        sa.UniqueConstraint("payment_id", name=op.f("uq_sandbox_orders_payment_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_sandbox_orders_reference")),
    )
    op.create_table(
        "stops",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_stops")),
    )
    op.create_table(
        "timers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("machine", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("transition", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("dead", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
    )
    op.create_index(
        "ix_timers_due_at", "timers", ["due_at"], unique=False, postgresql_where=sa.text("NOT dead")
    )
    op.create_index("ix_timers_subject", "timers", ["machine", "subject_id"], unique=False)
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.String(), server_default=sa.text("'active'"), nullable=False),
        sa.Column("token_version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('active', 'suspended')", name=op.f("ck_users_status_known")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_users_email_in_lower_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_index(
        "ix_users_email_prefix",
        "users",
        ["email"],
        unique=False,
        postgresql_ops={"email": "text_pattern_ops"},
    )
    op.create_table(
        "ledger_balances",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("balance", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("overdraft", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("balance >= 0 OR overdraft", name=op.f("ck_ledger_balances_covered")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_accounts.id"], name=op.f("fk_ledger_balances_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_ledger_balances")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_ledger_entries_moves_something")),
        sa.ForeignKeyConstraint(
            ["account_id", "currency"],
            ["ledger_accounts.id", "ledger_accounts.currency"],
            name="fk_ledger_entries_account",
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["ledger_transactions.id"],
            name=op.f("fk_ledger_entries_transaction_id"),
        ),
        sa.PrimaryKeyConstraint("transaction_id", "account_id", name=op.f("pk_ledger_entries")),
    )
    op.create_index(
        "ix_ledger_entries_account_id",
        "ledger_entries",
        ["account_id", "transaction_id"],
        unique=False,
    )
    op.create_table(
        "message_transitions",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["messages.id"],
            name=op.f("fk_message_transitions_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", "seq", name=op.f("pk_message_transitions")),
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("payer_id", sa.Uuid(), nullable=False),
        sa.Column("gateway", sa.String(), nullable=False),
        sa.Column("gateway_order_id", sa.String(), nullable=True),
        sa.Column("gateway_payment_id", sa.String(), nullable=True),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("checkout", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "captured_at IS NOT NULL OR state IN ('created', 'failed', 'expired')",
            name=op.f("ck_payments_captured_has_time"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payments_positive")),
        sa.CheckConstraint(
            "refunded BETWEEN 0 AND amount", name=op.f("ck_payments_refunded_within_amount")
        ),
        sa.ForeignKeyConstraint(["payer_id"], ["users.id"], name=op.f("fk_payments_payer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint(
            "gateway", "gateway_order_id", name=op.f("uq_payments_gateway_gateway_order_id")
        ),
        sa.UniqueConstraint(
            "subject", "purpose", "sequence", name=op.f("uq_payments_subject_purpose_sequence")
        ),
    )
    op.create_index(
        "ix_payments_open",
        "payments",
        ["state_since"],
        unique=False,
        postgresql_where=sa.text("state IN ('created', 'failed', 'expired')"),
    )
    op.create_index("ix_payments_payer_id", "payments", ["payer_id", "id"], unique=False)
    op.create_table(
        "platform_roles",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('super_admin', 'moderator', 'support')",
            name=op.f("ck_platform_roles_role_known"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_platform_roles_user_id")),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_platform_roles")),
    )
    op.create_index("ix_platform_roles_role", "platform_roles", ["role"], unique=False)
    op.create_table(
        "providers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("owner_user_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(), server_default=sa.text("'active'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('active', 'suspended')", name=op.f("ck_providers_status")),
        sa.ForeignKeyConstraint(
            ["owner_user_id"], ["users.id"], name=op.f("fk_providers_owner_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_providers")),
    )
    op.create_index(
        op.f("ix_providers_owner_user_id"), "providers", ["owner_user_id"], unique=False
    )
    op.create_table(
        "refunds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refunds_positive")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_refunds_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("key", name=op.f("uq_refunds_key")),
    )
    op.create_index("ix_refunds_subject", "refunds", ["subject"], unique=False)
    op.create_index(op.f("ix_refunds_user_id"), "refunds", ["user_id"], unique=False)
    op.create_table(
        "sandbox_deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("follows", sa.Uuid(), nullable=True),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["follows"], ["sandbox_deliveries.id"], name=op.f("fk_sandbox_deliveries_follows")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sandbox_orders.id"], name=op.f("fk_sandbox_deliveries_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_deliveries")),
        sa.UniqueConstraint("follows", name=op.f("uq_sandbox_deliveries_follows")),
    )
    op.create_index(
        op.f("ix_sandbox_deliveries_order_id"), "sandbox_deliveries", ["order_id"], unique=False
    )
    op.create_table(
        "sandbox_movements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("movement_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'capture' AND amount > 0) OR (kind = 'refund' AND amount < 0)",
            name=op.f("ck_sandbox_movements_sign_by_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["sandbox_orders.id"], name=op.f("fk_sandbox_movements_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_movements")),
        sa.UniqueConstraint("key", name=op.f("uq_sandbox_movements_key")),
        sa.UniqueConstraint("movement_id", name=op.f("uq_sandbox_movements_movement_id")),
    )
    op.create_index("ix_sandbox_movements_order", "sandbox_movements", ["order_id"], unique=False)
    op.create_table(
        "sandbox_order_transitions",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["sandbox_orders.id"],
            name=op.f("fk_sandbox_order_transitions_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", "seq", name=op.f("pk_sandbox_order_transitions")),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_agent", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"], unique=False)
    op.create_index(
        "ix_sessions_user_id_open",
        "sessions",
        ["user_id", "id"],
        unique=False,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "payment_transitions",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["payments.id"],
            name=op.f("fk_payment_transitions_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", "seq", name=op.f("pk_payment_transitions")),
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["refresh_tokens.id"],
            name=op.f("fk_refresh_tokens_parent_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.id"],
            name=op.f("fk_refresh_tokens_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_tokens")),
        sa.UniqueConstraint("parent_id", name=op.f("uq_refresh_tokens_parent_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_refresh_tokens_token_hash")),
    )
    op.create_index(
        op.f("ix_refresh_tokens_session_id"), "refresh_tokens", ["session_id"], unique=False
    )
    op.create_table(
        "refund_shares",
        sa.Column("refund_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refund_shares_positive")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payments.id"], name=op.f("fk_refund_shares_payment_id")
        ),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["refunds.id"], name=op.f("fk_refund_shares_refund_id")
        ),
        sa.PrimaryKeyConstraint("refund_id", "payment_id", name=op.f("pk_refund_shares")),
    )
    op.create_index(
        op.f("ix_refund_shares_payment_id"), "refund_shares", ["payment_id"], unique=False
    )
    op.create_table(
        "refund_transitions",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["refunds.id"],
            name=op.f("fk_refund_transitions_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", "seq", name=op.f("pk_refund_transitions")),
    )
    op.create_table(
        "venues",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lng", sa.Double(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("contact_email", sa.String(), nullable=True),
        sa.Column("contact_phone", sa.String(), nullable=True),
        sa.Column("photos", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(), server_default=sa.text("'active'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('active', 'inactive', 'deleted')", name=op.f("ck_venues_status")
        ),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_venues_capacity_positive")),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_venues_lat_range")),
        sa.CheckConstraint("lng BETWEEN -180 AND 180", name=op.f("ck_venues_lng_range")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_venues_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venues")),
    )
    op.create_index("ix_venues_lat_lng", "venues", ["lat", "lng"], unique=False)
    op.create_index(
        "ix_venues_lower_city", "venues", [sa.literal_column("lower(city)")], unique=False
    )
    op.create_index(op.f("ix_venues_provider_id"), "venues", ["provider_id"], unique=False)
    op.create_table(
        "memberships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('owner', 'manager')", name=op.f("ck_memberships_role_known")),
        sa.ForeignKeyConstraint(["place_id"], ["venues.id"], name=op.f("fk_memberships_place_id")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_memberships_provider_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_memberships_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
        sa.UniqueConstraint(
            "user_id",
            "role",
            "provider_id",
            "place_id",
            name=op.f("uq_memberships_user_id_role_provider_id_place_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_memberships_provider_id", "memberships", ["provider_id"], unique=False)
    op.create_table(
        "rooms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("rate_per_hour", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amenities", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("photos", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(), server_default=sa.text("'active'"), nullable=False),
        sa.Column("rating_hundredths", sa.Integer(), nullable=True),
        sa.Column("rating_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_rooms_currency")),
        sa.CheckConstraint(
            "status IN ('active', 'inactive', 'deleted')", name=op.f("ck_rooms_status")
        ),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_rooms_capacity_positive")),
        sa.CheckConstraint("rate_per_hour > 0", name=op.f("ck_rooms_rate_positive")),
        sa.CheckConstraint("rating_count >= 0", name=op.f("ck_rooms_rating_count_not_negative")),
        sa.CheckConstraint(
            "rating_hundredths BETWEEN 100 AND 500", name=op.f("ck_rooms_rating_range")
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_rooms_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rooms")),
        sa.UniqueConstraint("venue_id", "id", name=op.f("uq_rooms_venue_id_id")),
    )
    op.create_index(
        "ix_rooms_amenities", "rooms", ["amenities"], unique=False, postgresql_using="gin"
    )
    op.create_index("ix_rooms_capacity", "rooms", ["capacity"], unique=False)
    op.create_index("ix_rooms_venue_id", "rooms", ["venue_id"], unique=False)
    op.create_table(
        "addons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f("ck_addons_currency")),
        sa.CheckConstraint("price > 0", name=op.f("ck_addons_price_positive")),
        sa.ForeignKeyConstraint(
            ["venue_id", "room_id"], ["rooms.venue_id", "rooms.id"], name="fk_addons_room_of_venue"
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_addons_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addons")),
    )
    op.create_index("ix_addons_venue_id", "addons", ["venue_id"], unique=False)
    op.create_table(
        "bookings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("venue_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False, comment="minor units"),
        sa.Column(
            "paid",
            sa.BigInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="minor units captured, as payments told us",
        ),
        sa.Column(
            "refunded",
            sa.BigInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="minor units given back, as payments told us",
        ),
        sa.Column(
            "policy",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="policy values frozen at creation",
        ),
        sa.Column(
            "place",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="names and address as they were",
        ),
        sa.Column("hold_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.String(), nullable=True),
        sa.Column("cancel_reason", sa.String(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refund_percent", sa.Integer(), nullable=True),
        sa.Column("rescheduled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("end_at > start_at", name=op.f("ck_bookings_ends_after_start")),
        sa.CheckConstraint("total >= 0", name=op.f("ck_bookings_total_not_negative")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["users.id"], name=op.f("fk_bookings_customer_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_bookings_room_id")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_bookings_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
        sa.UniqueConstraint("number", name=op.f("uq_bookings_number")),
    )
    op.create_index(
        "ix_bookings_created_at_id",
        "bookings",
        [sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_bookings_customer_id_created_at",
        "bookings",
        ["customer_id", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index("ix_bookings_room_id_state", "bookings", ["room_id", "state"], unique=False)
    op.create_index("ix_bookings_start_at_end_at", "bookings", ["start_at", "end_at"], unique=False)
    op.create_index(
        "ix_bookings_venue_id_created_at",
        "bookings",
        ["venue_id", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_table(
        "favourites",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_favourites_room_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_favourites_user_id")),
        sa.PrimaryKeyConstraint("user_id", "room_id", name=op.f("pk_favourites")),
    )
    op.create_index(
        "ix_favourites_newest",
        "favourites",
        ["user_id", sa.literal_column("created_at DESC"), sa.literal_column("room_id DESC")],
        unique=False,
    )
    op.create_index(op.f("ix_favourites_room_id"), "favourites", ["room_id"], unique=False)
    op.create_table(
        "allocations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("resource_id"), "="),
            (sa.column("during"), "&&"),
            where=sa.text("active"),
            using="gist",
            name="ex_allocations_no_overlap",
        ),
        sa.CheckConstraint(
            "kind IN ('hold', 'booking', 'block')", name=op.f("ck_allocations_kind_known")
        ),
        sa.CheckConstraint(
            "NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)",
            name=op.f("ck_allocations_during_bounded"),
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["bookings.id"],
            name=op.f("fk_allocations_booking_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocations")),
    )
    op.create_index(
        "ix_allocations_booking_id",
        "allocations",
        ["booking_id"],
        unique=False,
        postgresql_where=sa.text("active"),
    )
    op.create_table(
        "booking_lines",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ref_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "quantity",
            sa.Integer(),
            nullable=False,
            comment="minutes for a room, units for an add-on",
        ),
        sa.Column(
            "unit_price", sa.BigInteger(), nullable=False, comment="minor units, at booking time"
        ),
        sa.Column("subtotal", sa.BigInteger(), nullable=False, comment="minor units"),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["bookings.id"],
            name=op.f("fk_booking_lines_booking_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("booking_id", "position", name=op.f("pk_booking_lines")),
    )
    op.create_table(
        "booking_participants",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.CheckConstraint(
            "role IN ('organiser', 'guest')", name=op.f("ck_booking_participants_role_known")
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["bookings.id"],
            name=op.f("fk_booking_participants_booking_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_booking_participants_user_id")
        ),
        sa.PrimaryKeyConstraint("booking_id", "user_id", name=op.f("pk_booking_participants")),
    )
    op.create_index(
        "ix_booking_participants_user_id", "booking_participants", ["user_id"], unique=False
    )
    op.create_table(
        "booking_transitions",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["bookings.id"],
            name=op.f("fk_booking_transitions_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", "seq", name=op.f("pk_booking_transitions")),
    )
    op.create_table(
        "reschedules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("original_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("original_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("new_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("new_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "difference",
            sa.BigInteger(),
            nullable=False,
            comment="minor units, new minus old price",
        ),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["bookings.id"],
            name=op.f("fk_reschedules_booking_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reschedules")),
    )
    op.create_index(op.f("ix_reschedules_booking_id"), "reschedules", ["booking_id"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("subject_type", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'published', 'hidden')", name=op.f("ck_reviews_state")
        ),
        sa.CheckConstraint(
            "subject_type = 'room' AND subject_id = room_id", name=op.f("ck_reviews_subject_known")
        ),
        sa.CheckConstraint("char_length(comment) <= 4000", name=op.f("ck_reviews_comment_bounded")),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_reviews_rating_range")),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("fk_reviews_booking_id")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_reviews_provider_id")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_reviews_room_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reviews_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint(
            "booking_id",
            "user_id",
            "subject_type",
            "subject_id",
            name=op.f("uq_reviews_booking_id_user_id_subject_type_subject_id"),
        ),
    )
    op.create_index(
        "ix_reviews_created_at",
        "reviews",
        [sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_reviews_provider_id",
        "reviews",
        ["provider_id", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_reviews_room_id",
        "reviews",
        ["room_id", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_reviews_state",
        "reviews",
        ["state", sa.literal_column("created_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index("ix_reviews_user_id", "reviews", ["user_id"], unique=False)
    op.create_table(
        "review_transitions",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("transition", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["reviews.id"],
            name=op.f("fk_review_transitions_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", "seq", name=op.f("pk_review_transitions")),
    )
