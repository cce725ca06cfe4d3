"""Encryption of columns: AES-256-GCM with a key id, bound to the place where the value is stored."""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = 1
_NONCE = 12
_KEY_BYTES = 32
_LAST_KEY_ID = 255


class DecryptionFailed(ValueError):
    """The value was changed, moved to another row, or its key is not in the keyring."""


@dataclass(frozen=True)
class Keyring:
    """Keys by id (1–255). New values use the highest id; older ones stay readable."""

    keys: Mapping[int, bytes]

    def __post_init__(self) -> None:
        if not self.keys or any(not 0 < k <= _LAST_KEY_ID for k in self.keys):
            raise ValueError("a keyring needs key ids from 1 to 255")
        if any(len(key) != _KEY_BYTES for key in self.keys.values()):
            raise ValueError("an encryption key has 32 bytes")

    @property
    def current(self) -> int:
        return max(self.keys)

    def seal(self, text: str, context: str) -> bytes:
        """Encrypt `text`. `context` names table, column and row: elsewhere the value will not open."""
        key_id, nonce = self.current, os.urandom(_NONCE)
        sealed = AESGCM(self.keys[key_id]).encrypt(nonce, text.encode(), context.encode())
        return bytes((_VERSION, key_id)) + nonce + sealed

    def open(self, sealed: bytes, context: str) -> str:
        """Decrypt what `seal` returned for the same context. Raises DecryptionFailed."""
        if len(sealed) < _NONCE + 2 or sealed[0] != _VERSION or sealed[1] not in self.keys:
            raise DecryptionFailed("unknown format or key")
        nonce, body = sealed[2 : 2 + _NONCE], sealed[2 + _NONCE :]
        try:
            return AESGCM(self.keys[sealed[1]]).decrypt(nonce, body, context.encode()).decode()
        except InvalidTag as error:
            raise DecryptionFailed("the value was changed or moved") from error

    def digest(self, purpose: str, value: str) -> str:
        """A keyed fingerprint for look-ups and tokens at rest; stable while key 1 stays."""
        key = self.keys[min(self.keys)]
        return hmac.new(key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()

    def sign(self, purpose: str, payload: bytes) -> bytes:
        """A 16-byte signature with the oldest key, for tokens that we hand out and get back."""
        key = hmac.new(self.keys[min(self.keys)], purpose.encode(), hashlib.sha256).digest()
        return hmac.new(key, payload, hashlib.sha256).digest()[:16]


def parse_keys(text: str) -> Keyring:
    """Read `1:base64,2:base64` as in ENCRYPTION_KEYS. Raises ValueError with a sentence."""
    keys: dict[int, bytes] = {}
    for part in text.split(","):
        key_id, _, encoded = part.strip().partition(":")
        try:
            keys[int(key_id)] = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            raise ValueError("ENCRYPTION_KEYS must read 1:<base64 of 32 bytes>[,2:…]") from error
    return Keyring(keys)
