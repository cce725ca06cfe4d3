"""Statements among the documents: their total is a balance, which may be below zero."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WITHIN = "tax >= 0 AND (kind = 'statement' OR tax <= total)"
NAME = "ck_documents_tax_within_total"


def upgrade() -> None:
    op.drop_constraint(op.f(NAME), "documents", type_="check")
    op.create_check_constraint(op.f(NAME), "documents", WITHIN)


def downgrade() -> None:
    """Statements stay, for nothing may delete a document; those that are owed were not foreseen then."""
    op.drop_constraint(op.f(NAME), "documents", type_="check")
    op.execute(
        f"ALTER TABLE documents ADD CONSTRAINT {NAME} CHECK (tax BETWEEN 0 AND total) NOT VALID"
    )
