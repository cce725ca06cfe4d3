"""The machine of card disputes."""

from kalends.core.states import Machine, Move, register

from ..events import ChargebackClosed, ChargebackOpened
from ..models import chargeback_history
from ..repository import chargebacks
from ..rules.chargebacks import CHARGEBACK


async def _tell_opened(move: Move) -> None:
    row = move.subject
    move.unit.emit(
        ChargebackOpened(
            chargeback_id=row.id,
            payment_id=row.payment_id,
            subject=row.subject,
            amount=row.amount,
            currency=row.currency,
        )
    )


async def _tell_closed(move: Move) -> None:
    row, outcome = move.subject, move.transition.target
    assert outcome is not None
    move.unit.emit(ChargebackClosed(chargeback_id=row.id, subject=row.subject, outcome=outcome))


CHARGEBACKS = register(
    Machine(
        name="chargeback",
        table=chargebacks.CHARGEBACKS,
        history=chargeback_history,
        lock=chargebacks.lock,
        processes={CHARGEBACK.name: CHARGEBACK},
        effects={"tell_opened": _tell_opened, "tell_closed": _tell_closed},
    )
)
