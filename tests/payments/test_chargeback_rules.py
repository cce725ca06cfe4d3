"""Who bears a card dispute, and what a gateway's view of one means: for every amount and every order."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from kalends.core.gateways import DisputeStatus, GatewayDispute
from kalends.core.money import Money
from kalends.payments.rules.chargebacks import (
    KnownDispute,
    Sources,
    bear,
    is_settled,
    judge_dispute,
    restore,
)

PAYMENT = UUID(int=1)
AMOUNTS = some.integers(0, 200)
SOURCES = some.builds(
    Sources,
    left=some.integers(-10, 100),
    in_origin=some.integers(0, 150),
    available=some.none() | some.integers(-100, 100),
    provider_owes=some.booleans(),
)


@given(AMOUNTS, SOURCES)
def test_the_parts_are_the_whole_and_nobody_bears_more_than_there_was(
    amount: int, sources: Sources
) -> None:
    borne = bear(amount, sources)
    parts = (borne.origin, borne.provider, borne.platform, borne.beyond)
    assert min(parts) >= 0
    assert sum(parts) == amount
    assert borne.counted <= max(sources.left, 0)
    assert borne.origin <= sources.in_origin
    if sources.available is None:
        assert borne.provider == 0
    elif not sources.provider_owes:
        assert borne.provider <= max(sources.available, 0)


@given(AMOUNTS, SOURCES, some.data())
def test_what_comes_back_in_any_portions_restores_exactly(
    amount: int, sources: Sources, data: some.DataObject
) -> None:
    borne = bear(amount, sources)
    first = restore(data.draw(some.integers(0, amount)), borne)
    left = type(borne)(
        borne.origin - first.origin,
        borne.provider - first.provider,
        borne.platform - first.platform,
        borne.beyond - first.beyond,
    )
    rest = restore(left.counted + left.beyond, left)
    assert rest == left
    assert min(left.origin, left.provider, left.platform, left.beyond) >= 0


def _view(status: DisputeStatus, deducted: int) -> GatewayDispute:
    return GatewayDispute("disp_1", "pay_1", None, status, Money(100, "INR"), deducted)


@given(
    some.sampled_from([DisputeStatus.won, DisputeStatus.lost, DisputeStatus.closed]),
    some.lists(some.integers(0, 3), max_size=8),
)
def test_views_in_any_order_and_number_lead_to_the_last_one(
    end: DisputeStatus, order: list[int]
) -> None:
    """Each view is what the gateway said once; the newest is among them, at the end."""
    kept = 100 if end is DisputeStatus.lost else 0
    taken = 0 if end is DisputeStatus.closed else 100
    views = [_view(DisputeStatus.open, 0), _view(DisputeStatus.open, taken)]
    views += [_view(end, taken), _view(end, kept)]
    state, has = "open", 0
    for view in (*(views[number] for number in order), views[-1]):
        known = KnownDispute(state, PAYMENT, "INR", has)
        verdict = judge_dispute(known, view, PAYMENT)
        assert verdict.reason is None
        has, state = verdict.taken, view.status.value if verdict.step else state
    assert (state, has) == (end.value, kept)
    assert is_settled(state, has)
