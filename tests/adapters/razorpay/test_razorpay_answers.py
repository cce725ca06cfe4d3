"""Which answers are refusals, which ask for patience, and after which nobody knows."""

import json

import pytest

from kalends.adapters.razorpay.answers import read_answer
from kalends.core.gateways import GatewayError


def said(**error):
    return json.dumps({"error": error}).encode()


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, said(code="BAD_REQUEST_ERROR", reason="payment_failed"), "payment_failed"),
        (400, said(code="BAD_REQUEST_ERROR", reason="NA"), "BAD_REQUEST_ERROR"),
        (400, said(code="BAD_REQUEST_ERROR", reason="null"), "BAD_REQUEST_ERROR"),
        (400, said(code="BAD_REQUEST_ERROR", reason=None, metadata={}), "BAD_REQUEST_ERROR"),
        (404, said(), "refused"),
        (401, said(code="BAD_REQUEST_ERROR", reason="NA"), "bad_keys"),
        (400, said(description="Different request with the same key"), "key_reused"),
        (409, said(description="different request, same key"), "key_reused"),
    ],
)
def test_a_definite_refusal_has_razorpays_own_word(status, body, code):
    with pytest.raises(GatewayError) as refused:
        read_answer(status, body)
    error = refused.value
    assert (error.code, error.unknown, error.retryable) == (code, False, False)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, said(code="SERVER_ERROR")),
        (502, said(code="GATEWAY_ERROR")),
        (504, b""),
        (408, b""),
        (409, said(description="in progress")),
        (302, b""),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b'{"a": Infinity}'),
        (200, b"\xff"),
        (403, b"<html>"),
        (400, b"{}"),
        (400, b'{"error": "no"}'),
    ],
)
def test_what_may_have_happened_is_unknown(status, body):
    with pytest.raises(GatewayError) as refused:
        read_answer(status, body)
    assert (refused.value.unknown, refused.value.retryable) == (True, False)


def test_being_asked_to_slow_down_has_had_no_effect():
    with pytest.raises(GatewayError) as refused:
        read_answer(429, b"")
    assert (refused.value.unknown, refused.value.retryable) == (False, True)
