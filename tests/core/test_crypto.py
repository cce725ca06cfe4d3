"""Encrypted columns: a value opens only where it was sealed, also after the keys were rotated."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.core.crypto import DecryptionFailed, Keyring, parse_keys

OLD, NEW = b"o" * 32, b"n" * 32
RING = Keyring({1: OLD})


@given(st.text(), st.text())
def test_what_was_sealed_opens_in_its_place(secret: str, place: str) -> None:
    assert RING.open(RING.seal(secret, place), place) == secret


def test_a_value_that_was_moved_to_another_row_does_not_open() -> None:
    sealed = RING.seal("Asha", "users:name:1")
    with pytest.raises(DecryptionFailed):
        RING.open(sealed, "users:name:2")


@given(st.data())
def test_no_byte_can_be_changed(data: st.DataObject) -> None:
    sealed = bytearray(RING.seal("Asha", "users:name:1"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DecryptionFailed):
        RING.open(bytes(sealed), "users:name:1")


def test_after_rotation_old_values_open_and_new_ones_use_the_new_key() -> None:
    old = RING.seal("Asha", "here")
    rotated = Keyring({1: OLD, 2: NEW})
    assert rotated.open(old, "here") == "Asha"
    fresh = rotated.seal("Asha", "here")
    assert fresh[1] == 2
    with pytest.raises(DecryptionFailed):
        RING.open(fresh, "here")
    assert Keyring({2: NEW}).open(fresh, "here") == "Asha"


def test_two_sealings_of_one_text_look_different() -> None:
    assert RING.seal("Asha", "here") != RING.seal("Asha", "here")


def test_fingerprints_and_signatures_survive_rotation_and_differ_by_purpose() -> None:
    rotated = Keyring({1: OLD, 2: NEW})
    assert rotated.digest("mail", "a@b") == RING.digest("mail", "a@b")
    assert rotated.sign("quote", b"x") == RING.sign("quote", b"x")
    assert RING.digest("mail", "a@b") != RING.digest("phone", "a@b")
    assert RING.sign("quote", b"x") != RING.sign("preview", b"x")


@pytest.mark.parametrize("sealed", [b"", b"\x01\x01", b"\x02" * 40, b"\x01\x09" + b"x" * 40])
def test_what_is_not_ours_does_not_open(sealed: bytes) -> None:
    with pytest.raises(DecryptionFailed):
        RING.open(sealed, "here")


def test_keys_are_read_from_the_environment() -> None:
    text = ",".join(f"{n}:{base64.b64encode(k).decode()}" for n, k in ((1, OLD), (2, NEW)))
    assert parse_keys(text).keys == {1: OLD, 2: NEW}


@pytest.mark.parametrize(
    "text",
    ["", "1", "one:AAAA", "1:not base64", "1:c2hvcnQ=", f"0:{base64.b64encode(OLD).decode()}"],
)
def test_keys_that_are_none_are_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError) as refused:
        parse_keys(text)
    assert not text or text not in str(refused.value)
