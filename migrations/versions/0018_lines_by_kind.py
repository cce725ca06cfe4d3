"""Find the lines of statements that tell of card disputes, every five minutes, among all there ever were."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_settlement_lines_kind_at", "settlement_lines", ["kind", "at"])


def downgrade() -> None:
    op.drop_index("ix_settlement_lines_kind_at", "settlement_lines")
