"""Access tokens: what we sign we read, and whatever else is presented we refuse."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from kalends.core.clock import real_now
from kalends.core.errors import Unauthenticated
from kalends.core.ids import new_id
from kalends.core.settings import Settings
from kalends.identity.service.tokens import mint_access, read_access
from kalends.identity.types import AccessClaims

SECRET = "a-string-of-48-random-bytes-would-stand-here-xyz"
SETTINGS = Settings(jwt_secret=SECRET)
CLAIMS = AccessClaims(new_id(), new_id(), 3)
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
RSA_PUBLIC = RSA.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


def payload(**changes: Any) -> dict[str, Any]:
    """The claims of a good token, some of them changed; None leaves one out."""
    now = real_now()
    good = {
        "sub": CLAIMS.subject,
        "iat": now,
        "exp": now + timedelta(minutes=5),
        "jti": str(new_id()),
        "type": "access",
        "ver": 3,
        "sid": str(CLAIMS.session_id),
        "iss": "kalends",
        "aud": "kalends-api",
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def signed(secret: str = SECRET, headers: dict[str, Any] | None = None, **changes: Any) -> str:
    return jwt.encode(payload(**changes), secret, "HS256", headers=headers)


def by_hand(header: dict[str, Any], body: dict[str, Any], key: bytes | None) -> str:
    """A token put together without a library that would refuse to make it."""
    plain = {k: int(v.timestamp()) if hasattr(v, "timestamp") else v for k, v in body.items()}
    text = ".".join(_b64(json.dumps(part).encode()) for part in (header, plain))
    signature = hmac.new(key, text.encode(), hashlib.sha256).digest() if key else b""
    return f"{text}.{_b64(signature)}"


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _swapped_payload() -> str:
    head, _, signature = signed().split(".")
    other = signed(sub=str(new_id())).split(".")[1]
    return f"{head}.{other}.{signature}"


def _ago(minutes: int) -> Any:
    return real_now() - timedelta(minutes=minutes)


KEY = SECRET.encode()
JWK = {"kty": "oct", "k": _b64(b"attacker")}
FORGED: dict[str, Callable[[], str]] = {
    "no algorithm": lambda: by_hand({"alg": "none", "typ": "JWT"}, payload(), None),
    "no algorithm, capitals": lambda: by_hand({"alg": "NoNe"}, payload(), None),
    "no algorithm but a good signature": lambda: by_hand({"alg": "none"}, payload(), KEY),
    "no signature": lambda: signed().rpartition(".")[0] + ".",
    "another key": lambda: signed("another-secret-of-at-least-32-bytes-length"),
    "an empty key": lambda: by_hand({"alg": "HS256"}, payload(), b"\0"),
    "the RSA public key as HMAC key": lambda: by_hand({"alg": "HS256"}, payload(), RSA_PUBLIC),
    "signed with RSA": lambda: jwt.encode(payload(), RSA, "RS256"),
    "HS512 with our key": lambda: jwt.encode(payload(), SECRET * 2, "HS512"),
    "HS384 in the header only": lambda: by_hand({"alg": "HS384"}, payload(), KEY),
    "another payload": _swapped_payload,
    "a key of its own in the header": lambda: signed(headers={"jwk": JWK}),
    "a key set's address": lambda: signed(headers={"jku": "https://evil.example/jwks"}),
    "a certificate's address": lambda: signed(headers={"x5u": "https://evil.example/c"}),
    "a key id that is a path": lambda: signed(headers={"kid": "../../../../dev/null"}),
    "a key id that is SQL": lambda: signed(headers={"kid": "x' UNION SELECT 'k"}),
    "a critical extension": lambda: by_hand({"alg": "HS256", "crit": ["x"]}, payload(), KEY),
    "expired": lambda: signed(iat=_ago(20), exp=_ago(1)),
    "no expiry": lambda: signed(exp=None),
    "an expiry that is text": lambda: by_hand({"alg": "HS256"}, payload(exp="never"), KEY),
    "not valid yet": lambda: signed(nbf=_ago(-10)),
    "issued in the future": lambda: signed(iat=_ago(-10), exp=_ago(-20)),
    "another service's audience": lambda: signed(aud="other-api"),
    "a list of audiences": lambda: signed(aud=["kalends-api", "other-api"]),
    "no audience": lambda: signed(aud=None),
    "another issuer": lambda: signed(iss="evil"),
    "no issuer": lambda: signed(iss=None),
    "a refresh token's type": lambda: signed(type="refresh"),
    "no type": lambda: signed(type=None),
    "no subject": lambda: signed(sub=None),
    "a subject that is no id": lambda: signed(sub="1' OR '1'='1"),
    "a subject that is a number": lambda: by_hand({"alg": "HS256"}, payload(sub=1), KEY),
    "no token id": lambda: signed(jti=None),
    "no session": lambda: signed(sid=None),
    "a session that is no id": lambda: signed(sid="all"),
    "no version": lambda: signed(ver=None),
    "a version that is text": lambda: signed(ver="3"),
    "a version that is true": lambda: signed(ver=True),
    "a huge token": lambda: signed(padding="x" * 4000),
    "deep nesting": lambda: _b64(b"[" * 900) + "." + _b64(b"{}") + ".x",
    "a list for a payload": lambda: by_hand({"alg": "HS256"}, {}, KEY),
    "an opaque refresh token": lambda: "krt_" + "x" * 43,
    "nothing but dots": lambda: "..",
    "text": lambda: "not a token at all",
    "beyond ASCII": lambda: "é.é.é",
}


@pytest.mark.req("H-013", "H-014", "H-221", "H-240")
def test_what_we_sign_we_read() -> None:
    token = mint_access(SETTINGS, CLAIMS, timedelta(minutes=30))
    assert read_access(SETTINGS, token) == CLAIMS
    assert read_access(SETTINGS, signed()) == CLAIMS


@pytest.mark.req("H-013", "H-010")
def test_a_token_carries_the_documented_claims() -> None:
    token = mint_access(SETTINGS, CLAIMS, timedelta(minutes=30))
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
    body = jwt.decode(token, options={"verify_signature": False})
    assert UUID(body["sub"]) == CLAIMS.user_id
    assert body["exp"] - body["iat"] == 30 * 60
    assert (body["type"], body["ver"]) == ("access", 3)
    assert (body["iss"], body["aud"]) == ("kalends", "kalends-api")


def test_every_token_is_another_one() -> None:
    first, second = (mint_access(SETTINGS, CLAIMS, timedelta(minutes=30)) for _ in range(2))
    assert first != second


@pytest.mark.req("H-014", "H-013")
@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_forged_token_is_refused(forge: Callable[[], str]) -> None:
    with pytest.raises(Unauthenticated):
        read_access(SETTINGS, forge())
