"""Words for the contract's tests."""

from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta
from typing import Any

import pytest

from kalends.core.clock import real_now
from kalends.core.gateways import (
    BankDetails,
    GatewayError,
    GatewayMovement,
    PaymentGateway,
    PayoutGateway,
)
from kalends.core.ids import new_id
from kalends.core.money import Money
from tests.adapters.contract.provider import Fault, Outcome, Provider

PRICE = 35_000
LOST = (Fault.lost_after, Fault.error_after)
NOTHING_HAPPENED = (Fault.refused_before, Fault.garbage, Fault.limited, Fault.unreachable)
Call = Callable[[], Awaitable[Any]]


def fresh() -> str:
    """A durable id of ours, as every provider takes one."""
    return str(new_id())


def money(provider: Provider, amount: int = PRICE) -> Money:
    return Money(amount, provider.currency)


async def ordered(provider: Provider, amount: int = PRICE) -> str:
    made = await provider.adapter.create_order(reference=fresh(), amount=money(provider, amount))
    return made.order_id


async def paid(provider: Provider, amount: int = PRICE) -> tuple[str, str]:
    """A paid order and the payment of it."""
    order_id = await ordered(provider, amount)
    return order_id, await provider.pay(order_id, Outcome.captured)


def payouts(provider: Provider) -> PayoutGateway:
    """The side of the adapter that pays out."""
    adapter = provider.adapter
    assert isinstance(adapter, PayoutGateway)
    return adapter


def bank(number: str = "000123456789") -> BankDetails:
    return BankDetails("Asha Rao", number, "HDFC0001234", "IN", "asha@example.com", "+919876543210")


async def account(provider: Provider, number: str = "000123456789") -> str:
    """An account that may be paid to."""
    pays = payouts(provider)
    made = await pays.create_payout_account(bank=details(provider, number), reference=fresh())
    return made


def details(provider: Provider, number: str = "000123456789") -> BankDetails:
    """Bank details as this provider's country writes them."""
    if provider.currency == "INR":
        return bank(number)
    return BankDetails("Asha Rao", number, "110000000", "US", "asha@example.com", "+12025550123")


async def refused(call: Call) -> GatewayError:
    """The error of a call that the provider definitely refuses."""
    with pytest.raises(GatewayError) as error:
        await call()
    assert not error.value.unknown
    assert not error.value.retryable
    return error.value


async def unsure(provider: Provider, fault: Fault, call: Call) -> GatewayError:
    """The error of a call after which nobody knows whether it happened."""
    await provider.fail_next(fault)
    with pytest.raises(GatewayError) as error:
        await call()
    assert error.value.unknown
    return error.value


async def without_effect(provider: Provider, fault: Fault, call: Call) -> GatewayError:
    """The error of a call that did not get through: never a refusal, for it may be made again."""
    await provider.fail_next(fault)
    with pytest.raises(GatewayError) as error:
        await call()
    assert error.value.unknown or error.value.retryable
    if fault in {Fault.limited, Fault.unreachable}:
        assert error.value.retryable
        assert not error.value.unknown
    return error.value


async def statement(gateway: PaymentGateway) -> list[GatewayMovement]:
    """Everything that moved since yesterday, so that midnight may pass meanwhile."""
    today = real_now().astimezone(UTC).date()
    found: list[GatewayMovement] = []
    for day in (today - timedelta(days=1), today, today + timedelta(days=1)):
        found += await gateway.movements(day)
    return found


def net(lines: list[GatewayMovement]) -> int:
    """What these lines came to, before fees."""
    return sum(line.amount for line in lines)
