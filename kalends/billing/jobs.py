"""The work of billing that nobody waits for."""

from kalends.core.house import House
from kalends.core.jobs import job

from .service.statements import issue_statements


@job("billing.issue_statements", queue="bulk", cron="40 1 * * *")
async def issue_statements_of_last_month(house: House) -> None:
    """Raises StatementsNotIssued, so that the queue tries again those that could not be issued."""
    made = await issue_statements(house)
    if made.refused:
        raise StatementsNotIssued(f"{made.refused} statements could not be issued")


class StatementsNotIssued(RuntimeError):
    """The journal and a statement differ, or something was out of order."""
