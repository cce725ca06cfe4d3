"""An account is on a staff once its person says so: until then the member keeps the address that was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

INDEX = "ix_staff_members_invited_email"


def upgrade() -> None:
    op.add_column(
        "staff_members",
        sa.Column(
            "invited_email",
            sa.String(),
            nullable=True,
            comment="whose account is asked to be theirs; in small letters",
        ),
    )
    op.create_index(
        INDEX,
        "staff_members",
        ["invited_email", "id"],
        postgresql_where=sa.text("invited_email IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(INDEX, "staff_members")
    op.drop_column("staff_members", "invited_email")
