"""What the log says about signing in: enough to see an attack, nothing about the people."""

from collections.abc import Iterator, MutableMapping
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from kalends.core.house import House
from kalends.core.unit import open_unit
from kalends.identity.service import refresh, sign_in
from tests.fixtures.people import PASSWORD, own_address, signed_up

EMAIL = "asha@example.com"
Lines = list[MutableMapping[str, Any]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """The log of this test; loggers that another test's set-up was frozen into forget it."""
    for module in (refresh, sign_in):
        vars(module._log).pop("bind", None)
    with capture_logs() as captured:
        yield captured


async def test_security_events_are_logged_without_personal_data(
    client: httpx.AsyncClient, house: House, lines: Lines
) -> None:
    await signed_up(client, EMAIL)
    tokens = {}
    for password in (PASSWORD, "wrong-words-77"):
        body = {"email": EMAIL, "password": password}
        answer = await client.post("/api/v2/auth/login", json=body, headers=own_address())
        tokens |= answer.json()
    spent = {"refresh_token": tokens["refresh_token"]}
    await client.post("/api/v2/auth/refresh", json=spent)
    async with open_unit(house) as unit:
        await unit.session.execute(
            text("UPDATE refresh_tokens SET rotated_at = rotated_at - interval '1 minute'")
        )
    await client.post("/api/v2/auth/refresh", json=spent)
    events = [str(line["event"]) for line in lines if str(line["event"]).startswith("auth.")]
    assert events == ["auth.signed_in", "auth.failed", "auth.refresh_reused"]
    written = str(lines)
    for secret in (EMAIL, PASSWORD, "wrong-words-77", tokens["access_token"], "krt_"):
        assert secret not in written
