"""Find the journal's months."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_ledger_transactions_at", "ledger_transactions", ["at"], postgresql_using="brin"
    )


def downgrade() -> None:
    op.drop_index("ix_ledger_transactions_at", "ledger_transactions")
