"""What a log must never hold."""

import json
import subprocess
import sys

import pytest

from kalends.core.logs import REDACTED, redact

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    "key",
    [
        "password", "new_password", "passwd", "jwt_secret", "refresh_token", "Authorization", "Set-Cookie",
        "otp", "api_key", "signature", "email", "contact_phone",
    ],
)  # fmt: skip
def test_secrets_and_contacts_are_recognised_by_their_name(key: str) -> None:
    assert redact({key: "anything"}) == {key: REDACTED}
    assert redact([{"deep": {key: ["anything"]}}]) == [{"deep": {key: REDACTED}}]


@pytest.mark.parametrize(
    "text", [f"got {TOKEN} there", "asha@example.com asked", f"Bearer {TOKEN}", "bearer abc.def"]
)
def test_secrets_and_contacts_are_recognised_by_their_look(text: str) -> None:
    cleaned = redact(text)
    assert REDACTED in cleaned
    assert not any(secret in cleaned for secret in (TOKEN, "asha@example.com", "abc.def"))


def test_what_is_harmless_stays() -> None:
    harmless = {"path": "/api/v2/bookings", "status_code": 201, "token_valid": True, "took": 1.5}
    assert redact(harmless) == harmless


def test_a_log_line_is_one_json_object_without_secrets_also_in_tracebacks() -> None:
    program = f"""
import structlog
from kalends.core import logs
logs.configure("INFO", "proof")
log = structlog.get_logger()
try:
    raise ValueError("cannot mail asha@example.com with {TOKEN}")
except ValueError:
    log.exception("it.failed", password="tulsi-48", path="/x")
import logging
logging.getLogger("library").warning("asha@example.com said %s", "Bearer {TOKEN}")
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    ours, theirs = (json.loads(line) for line in ran.stderr.splitlines())
    assert (ours["event"], ours["service"], ours["level"]) == ("it.failed", "proof", "error")
    assert ours["password"] == REDACTED
    assert "ValueError" in ours["exception"]
    assert REDACTED in theirs["event"]
    assert not any(secret in ran.stderr for secret in (TOKEN, "asha@example.com", "tulsi-48"))


def test_the_line_of_a_request_keeps_the_same_promises() -> None:
    program = f"""
import structlog
from kalends.core import logs
logs.say("info", "request", {{"path": "/too/early"}})
logs.configure("INFO", "proof")
structlog.contextvars.bind_contextvars(request_id="abc-1", user_id="u")
logs.say("info", "request", {{"path": "/x", "status_code": 200, "duration_ms": 1.5}})
logs.say("warning", "request", {{"path": "/asha@example.com", "password": "tulsi-48", "note": "{TOKEN}"}})
logs.configure("WARNING", "quiet")
logs.say("info", "request", {{"path": "/unheard"}})
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    plain, strange = (json.loads(line) for line in ran.stderr.splitlines())
    assert (
        plain.items()
        >= {
            "event": "request",
            "level": "info",
            "service": "proof",
            "request_id": "abc-1",
            "user_id": "u",
            "path": "/x",
            "status_code": 200,
            "duration_ms": 1.5,
        }.items()
    )
    assert plain["timestamp"].endswith("Z")
    assert (strange["level"], strange["password"]) == ("warning", REDACTED)
    assert not any(secret in ran.stderr for secret in (TOKEN, "asha@", "tulsi-48"))
