"""What providers' invoices say of them, and the states in which venues lie."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("providers", sa.Column("tax_details", sa.LargeBinary(), nullable=True))
    op.add_column("venues", sa.Column("state_code", sa.String(), nullable=True))


def downgrade() -> None:
    """What was told is lost; issued documents keep what they say."""
    op.drop_column("venues", "state_code")
    op.drop_column("providers", "tax_details")
