"""Processes that contradict themselves are refused when they are built, with the reason."""

from datetime import UTC, datetime, timedelta

import pytest

from kalends.core.principal import ActorKind
from kalends.core.process import After, At, Facts, Process, ProcessError, Transition

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
_customer, _system = ActorKind.customer, ActorKind.system
CREATE = Transition("create", (), "open", (_customer,))
CLOSE = Transition("close", ("open",), "closed", (_system,), After("patience"))


def test_a_sound_process_names_its_states_and_its_ends() -> None:
    process = Process("sound", "open", (CREATE, CLOSE), frozenset({"open"}))
    assert process.states == ("open", "closed")
    assert process.terminal == {"closed"}
    assert process.find("close") is CLOSE
    assert list(process.timed("open")) == [CLOSE]


@pytest.mark.parametrize(
    ("transitions", "money", "said"),
    [
        ((CREATE, CLOSE, CLOSE), (), "close is listed twice"),
        (
            (CREATE, Transition("jump", ("nowhere",), "closed", (_customer,))),
            (),
            "cannot be reached",
        ),
        (
            (CREATE, Transition("close", ("open",), "closed", (_customer,), After("patience"))),
            (),
            "has a clock but the system may not fire it",
        ),
        ((CREATE, CLOSE), ("closed",), "holds money and has no exit"),
        (
            (CREATE, Transition("close", ("open",), "closed", (_customer,))),
            ("open",),
            "waits for a person for ever",
        ),
    ],
)
def test_a_contradiction_is_named(
    transitions: tuple[Transition, ...], money: tuple[str, ...], said: str
) -> None:
    with pytest.raises(ProcessError, match=said):
        Process("broken", "open", transitions, frozenset(money))


def test_a_clock_at_a_time_needs_a_subject_with_times() -> None:
    with pytest.raises(ProcessError):
        At("start").due(Facts(state_since=NOON))
    facts = Facts(NOON, NOON, NOON, {"lead": 60})
    assert At("end", before="lead").due(facts) == NOON - timedelta(hours=1)
