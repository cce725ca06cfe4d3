"""When the password was given last in a session."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An open session began with a password; that is all that is known of it."""
    op.add_column("sessions", sa.Column("authenticated_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE sessions SET authenticated_at = created_at")
    op.alter_column("sessions", "authenticated_at", nullable=False)


def downgrade() -> None:
    op.drop_column("sessions", "authenticated_at")
