"""The life of a subscription, as data, and the arithmetic of its periods."""

import calendar
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from kalends.core.principal import ActorKind
from kalends.core.process import After, At, Process, Transition

_customer, _operator = ActorKind.customer, ActorKind.operator
_gateway, _system = ActorKind.gateway, ActorKind.system
LIVE = ("none", "active", "past_due")

SUBSCRIPTION = Process(
    name="subscription",
    initial="none",
    transitions=(
        Transition("start", (), "none", (_customer,)),
        # A trial, or a plan that costs nothing, needs no gateway.
        Transition(
            "activate",
            ("none",),
            "active",
            (_gateway, _system),
            effects=("begin_period", "tell_active"),
        ),
        Transition(
            "abandon",
            ("none",),
            "cancelled",
            (_system,),
            clock=After("first_payment"),
            effects=("expire_payments",),
        ),
        Transition(
            "fall_due",
            ("active",),
            "past_due",
            (_system,),
            clock=At("end"),
            effects=("tell_due",),
        ),
        Transition(
            "renew",
            ("past_due",),
            "active",
            (_gateway, _system),
            effects=("begin_period", "tell_active"),
        ),
        Transition(
            "lapse",
            ("past_due",),
            "cancelled",
            (_system,),
            clock=After("grace"),
            effects=("expire_payments", "tell_cancelled"),
        ),
        Transition(
            "cancel",
            LIVE,
            "cancelled",
            (_customer, _operator),
            effects=("expire_payments", "tell_cancelled"),
        ),
        # Somebody thinks again while what was paid for still lasts.
        Transition("resume", ("cancelled",), "active", (_customer,), guards=("time_left",)),
    ),
)


def access_until(state: str, period_end: datetime | None, grace_days: int) -> datetime | None:
    """Until when the subscription opens doors. One that goes on has the grace for its next payment."""
    if period_end is None or state == "none":
        return None
    return period_end if state == "cancelled" else period_end + timedelta(days=grace_days)


def period_after(anchor: datetime, months: int, end: datetime, zone: str) -> datetime:
    """When the period ends that follows `end`: so many months on, on the day of the first one, or the last
    day of a shorter month. The local time of day stays the same."""
    local, count = anchor.astimezone(ZoneInfo(zone)), 1
    while (found := _later(local, months * count).astimezone(anchor.tzinfo)) <= end:
        count += 1
    return found


def anchor_after(anchor: datetime, end: datetime, months: tuple[int, int]) -> datetime:
    """From when on periods are counted behind `end`, with so many months before and so many from now on."""
    before, later = months
    return anchor if before == later else end


def _later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
