"""What a password may be, and how it is kept."""

import time

import bcrypt
import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from kalends.core.errors import Busy
from kalends.core.ports import NetworkInsideUnit, open_units
from kalends.identity.rules.common_passwords import COMMON
from kalends.identity.rules.passwords import MAX_LENGTH, normal_password, weakness
from kalends.identity.service import hashing
from kalends.identity.service.hashing import hash_password, verify_password

EMAIL = "asha.patil@example.com"


@pytest.mark.req("H-132", "H-222", "X-16")
@pytest.mark.parametrize(
    "password",
    [
        "short",
        "nine-char",
        "password123",
        "PassWord1234",
        "qwertyuiop",
        "1234567890",
        "aaaaaaaaaaaa",
        "abababababab",
        EMAIL,
        EMAIL.upper(),
        "Asha.Patil",
    ],
)
def test_a_password_that_everybody_tries_is_refused_with_a_sentence(password: str) -> None:
    assert weakness(password, EMAIL, min_length=10)


@pytest.mark.parametrize(
    "password",
    [
        "tulsi-and-lemon-48",
        "गरम चाय और बारिश",
        "x" * 60 + "yz12",
        " lead and trail ",
        "🌧️☕📚🛋️🎶🪔🥭🚲🪁",
    ],
)
def test_long_phrases_of_any_script_are_fine(password: str) -> None:
    assert weakness(normal_password(password), EMAIL, min_length=10) is None


def test_every_entry_of_the_block_list_could_be_tried() -> None:
    assert len(COMMON) >= 200
    assert all(entry == entry.casefold() and 8 <= len(entry) <= MAX_LENGTH for entry in COMMON)


@pytest.mark.parametrize("character", ["\0", "\n", "\x7f", "\ud800"])
def test_characters_that_no_keyboard_types_are_refused(character: str) -> None:
    with pytest.raises(ValueError, match="cannot be part"):
        normal_password(f"tulsi-and{character}lemon")


def test_a_password_is_the_same_from_every_keyboard_and_keeps_its_spaces() -> None:
    assert normal_password(" cafe\u0301 ") == normal_password(" caf\u00e9 ") == " café "


@pytest.mark.req("H-219", "H-220", "C-62", "C-94")
async def test_passwords_are_kept_as_argon2id_of_nineteen_mebibytes() -> None:
    hashed = await hash_password("tulsi-and-lemon-48")
    parameters = extract_parameters(hashed)
    assert "tulsi" not in hashed
    assert (parameters.type, parameters.memory_cost) == (Type.ID, 19456)
    assert (parameters.time_cost, parameters.parallelism) == (2, 1)
    assert (await verify_password(hashed, "tulsi-and-lemon-48")).matches
    assert not (await verify_password(hashed, "tulsi-and-lemon-49")).matches


async def test_nothing_of_a_long_password_is_cut_off() -> None:
    hashed = await hash_password("x" * 72 + "first")
    assert not (await verify_password(hashed, "x" * 72 + "second")).matches


@pytest.mark.req("C-62", "C-94", "H-219")
async def test_a_bcrypt_hash_is_verified_and_upgraded() -> None:
    old = bcrypt.hashpw(b"tulsi-and-lemon-48", bcrypt.gensalt(4)).decode()
    verified = await verify_password(old, "tulsi-and-lemon-48")
    assert verified.matches
    assert verified.upgraded is not None
    assert verified.upgraded.startswith("$argon2id$")
    assert not (await verify_password(old, "tulsi-and-lemon-49")).matches


async def test_a_password_longer_than_bcrypt_could_see_does_not_match_its_beginning() -> None:
    old = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()
    assert not (await verify_password(old, "x" * 72 + "more")).matches


async def test_a_hash_with_weaker_parameters_is_upgraded() -> None:
    weak = PasswordHasher(1, 8192, 1).hash("tulsi-and-lemon-48")
    assert (await verify_password(weak, "tulsi-and-lemon-48")).upgraded


@pytest.mark.parametrize("stored", ["", "plain", "$2b$", "$2b$04$tooshort", "$argon2id$v=19$m=1"])
async def test_what_is_no_hash_matches_nothing(stored: str) -> None:
    assert not (await verify_password(stored, "tulsi-and-lemon-48")).matches


@pytest.mark.req("H-220")
async def test_nobody_costs_as_much_as_somebody() -> None:
    hashed = await hash_password("tulsi-and-lemon-48")
    somebody = [await _seconds(hashed) for _ in range(8)]
    nobody = [await _seconds(None) for _ in range(8)]
    assert 0.5 < min(nobody) / min(somebody) < 2


async def _seconds(stored: str | None) -> float:
    started = time.perf_counter()
    assert not (await verify_password(stored, "tulsi-and-lemon-49")).matches
    return time.perf_counter() - started


async def test_hashing_is_refused_while_a_unit_is_open() -> None:
    token = open_units.set(1)
    try:
        with pytest.raises(NetworkInsideUnit):
            await hash_password("tulsi-and-lemon-48")
    finally:
        open_units.reset(token)


async def test_a_rush_is_told_to_come_back() -> None:
    threads = hashing._Threads(queued=hashing.MAX_QUEUE)
    with pytest.raises(Busy) as refusal:
        await threads.run(lambda: None)
    assert refusal.value.retry_after == 1
