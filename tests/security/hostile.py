"""Values that break other programs: for fields, for URLs, for whole bodies and for headers."""

from typing import Any

DEEP = 1000
TEXTS = [
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "a\udfffz",
    "\u200b\u200d\ufeff",
    "\u202eevil\u2066",
    "مرحبا שלום",
    "x" * 20_000,
    "a\r\nBcc: x@y.example",
    "1e3",
    "-0",
    "'; DROP TABLE users; --",
    "%00",
    "../../etc/passwd",
    "2024-03-31T01:30",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-14:00",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "24:00",
]
NUMBERS = [
    2**31,
    -(2**31) - 1,
    2**63,
    2**70,
    -(2**70),
    1e308,
    -1e308,
    1.5,
    -0.0,
    0,
    -1,
    float("nan"),
]
OTHERS: list[Any] = [None, True, False, [], {}, ["x"], {"a": {"b": "\0"}}, [[[[]]]]]
IN_URLS = [
    *(t for t in TEXTS if t not in {"\ud800", "a\udfffz"}),
    "2147483648",
    str(2**63),
    "1e308",
]
IN_URLS += [str(2**70), "-1", "0", "true", "nan", "inf", "[]", "null", "0190b3a0-0000-7000-8000"]
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "half an object": b"{",
    "a list": b"[]",
    "null": b"null",
    "a text": b'"x"',
    "no number": b"NaN",
    "deep lists": b"[" * DEEP + b"]" * DEEP,
    "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "very deep lists": b"[" * 200_000,
    "no UTF-8": b'{"a":"\xff\xfe"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a NUL behind": b"{}\0",
    "a long number": b'{"a":' + b"9" * 5000 + b"}",
}
TYPES = [
    b"text/plain",
    b"application/xml",
    b"multipart/form-data",
    b"multipart/form-data; boundary=x",
    b"application/x-www-form-urlencoded",
    b"application/json; charset=utf-16",
    b"application/json;;;",
    b"",
    b"\xff\xfe",
]
HEADERS = {
    "authorization": [
        b"",
        b"Bearer",
        b"Bearer " + b"x" * 100_000,
        b"Bearer \xff.\xfe.\x00",
        b"Basic eA==",
    ],
    "idempotency-key": [b"", b"\0", b"k" * 256, b"k" * 100_000, b"\xff\xfe", b"a b\tc"],
    "x-request-id": [b"\r\nx: y", b"x" * 100_000, b"\xff", b"{'}", b"../../etc"],
    "x-forwarded-for": [b"\xff", b"not an address", b",,,,", b"1.2.3.4," * 20_000, b"::1%eth0"],
    "user-agent": [b"\xff\xfe\0", b"x" * 100_000, b""],
    "accept": [b"\xff", b"text/html", b"x" * 10_000],
    "content-length": [b"-1", b"x", b"99999999999999999999"],
    "x-confirm-action": [b"\xff", b"TRUE"],
    "origin": [b"\xff", b"null", b"http://" + b"x" * 10_000],
}
