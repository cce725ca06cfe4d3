"""Letters about complaints: both sides hear of each step, once, and what it means for the money."""

import pytest
from test_templates import HOSTILE, letter, rupees

from tests.fixtures.stays import a_stay
from tests.trust.complaints import Case, a_case

SUBJECTS = ("A complaint about", "We are looking into the complaint", "Decided: the complaint")


@pytest.fixture
async def case(house, client, run_jobs, pass_time) -> Case:
    return await a_case(await a_stay(house, client, run_jobs, pass_time))


async def _told(case: Case) -> dict[str, list[str]]:
    """To whom each kind of letter went."""
    answer = await case.stay.client.get("/dev/messages", params={"limit": 200})
    letters = answer.json()["items"]
    return {
        subject: sorted(one["to"] for one in letters if one["subject"].startswith(subject))
        for subject in SUBJECTS
    }


async def _address(case: Case, headers) -> str:
    me = await case.stay.client.get("/api/v2/auth/me", headers=headers)
    return str(me.json()["email"])


async def test_both_sides_are_told_of_each_step_once(case: Case, run_jobs) -> None:
    await case.decided(await case.opened(), "adjusted", 10_000)
    for _ in range(2):
        await run_jobs(case.house)
    both = sorted([await _address(case, case.stay.me), await _address(case, case.stay.boss)])
    assert await _told(case) == dict.fromkeys(SUBJECTS, both)
    mine = await case.stay.client.get("/dev/messages", params={"to": both[0], "limit": 200})
    decided = next(m for m in mine.json()["items"] if m["subject"].startswith("Decided"))
    assert "₹100.00 goes back to the" in decided["text"]
    assert "We have read both sides." in decided["text"]


def test_the_decision_says_where_the_money_goes() -> None:
    resolved = letter("dispute_closed", outcome="resolved", given_back=rupees(0))
    assert "Nothing is given back" in resolved.text
    refunded = letter("dispute_closed", outcome="refunded", given_back=rupees(1150))
    assert "₹1,150.00 goes back to the customer: all" in refunded.text
    assert "the rest goes to the hall owner" in letter("dispute_closed").html


def test_a_hostile_statement_is_shown_as_text() -> None:
    dispute = type(
        "Dispute", (), {"id": 1, "statement": HOSTILE, "claimed": 1, "decision": HOSTILE}
    )
    for template in ("dispute_opened", "dispute_closed"):
        made = letter(template, dispute=dispute)
        assert "<script" not in made.html
        assert not any(line.lstrip().startswith("Bcc:") for line in made.text.splitlines())
