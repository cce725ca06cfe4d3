"""Wire shapes of paying for a booking, and of tips."""

from typing import Any, Literal
from uuid import UUID

from kalends.billing import Purpose
from kalends.core.wire import In, MoneyIn, MoneyRead, Out

Payable = Literal[Purpose.full, Purpose.deposit, Purpose.balance, Purpose.extra]


class PayRequest(In):
    """Without `purpose`: what is due. What is not due yet is paid by naming it."""

    method: Literal["wallet"]
    purpose: Payable | None = None


class CreateOrderRequest(In):
    """Without `purpose`: what is due. `tip` is for one that POST /bookings/{id}/tip has agreed on."""

    booking_id: UUID
    purpose: Purpose | None = None


class TipRequest(In):
    """Who alone was booked gets it; of several `staff_id` names one. Else the provider gets it."""

    amount: MoneyIn
    staff_id: UUID | None = None
    method: Literal["wallet", "gateway"] = "wallet"


class TipRead(Out):
    """From the wallet it is given at once; one that is `created` is paid through POST /payments/create-order."""

    payment_id: UUID
    state: str
    gateway: str
    amount: MoneyRead


class OrderRead(Out):
    payment_id: UUID
    gateway: str
    gateway_order_id: str
    amount: MoneyRead
    checkout: dict[str, Any]
