"""Invariant checks among each other."""

import pytest
from sqlalchemy import text

from kalends.core.checks import CHECKS, Check, Rows, run_checks
from kalends.core.house import House
from kalends.core.unit import Unit, open_unit


async def test_a_check_that_cannot_be_made_is_told_and_hides_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(unit: Unit) -> Rows:
        await unit.session.execute(text("SELECT 1 / 0"))
        return []

    async def finds(unit: Unit) -> Rows:
        return [{"rows": (await unit.session.execute(text("SELECT 1"))).scalar_one()}]

    monkeypatch.setitem(CHECKS, "T1", Check("T1", "cannot be made", breaks, money=True))
    monkeypatch.setitem(CHECKS, "T2", Check("T2", "comes after it", finds, money=True))
    for read_only in (True, False):
        async with open_unit(house, read_only=read_only) as unit:
            found = await run_checks(unit)
        assert found == {"T1": [{"failed": "DBAPIError"}], "T2": [{"rows": 1}]}
