"""Tiers of cancellation that vendors set for their part of events."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column(
        "cancellation_tiers", sa.JSON(), nullable=True, comment="its own; NULL: the marketplace's"
    )
    op.add_column("providers", column)


def downgrade() -> None:
    """New lines have the marketplace's tiers again; those that were agreed keep theirs."""
    op.drop_column("providers", "cancellation_tiers")
