"""Ids that sort by their making, and cursors that nobody can invent."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalends.core.errors import Invalid
from kalends.core.house import House
from kalends.core.ids import new_id
from kalends.core.paging import decode_cursor, encode_cursor, slice_of
from tests.fixtures.crowds import crowd
from tests.fixtures.deals import API


def test_ids_only_grow() -> None:
    ids = [new_id() for _ in range(20_000)]
    assert ids == sorted(set(ids))
    assert {(i.version, i.variant) for i in ids} == {(7, "specified in RFC 4122")}


def test_threads_never_make_the_same_id() -> None:
    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(lambda _: [new_id() for _ in range(2_000)], range(8)))
    assert len({i for batch in batches for i in batch}) == 16_000
    assert all(batch == sorted(batch) for batch in batches)


@given(st.lists(st.one_of(st.text(), st.integers(), st.none()), min_size=1, max_size=3))
def test_a_cursor_comes_back_as_it_was_made(position: list[object]) -> None:
    assert decode_cursor(encode_cursor(*position), len(position)) == position


@given(st.text(max_size=60))
def test_an_invented_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        decode_cursor(cursor, 2)


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(Invalid, match="another list"):
        decode_cursor(encode_cursor("a", "b", "c"), 2)


def test_a_slice_tells_whether_there_is_more() -> None:
    assert slice_of([1, 2], 2, lambda row: (row,)).next_cursor is None
    more = slice_of([1, 2, 3], 2, lambda row: (row,))
    assert more.rows == [1, 2]
    assert more.next_cursor == encode_cursor(2)


@pytest.mark.parametrize(
    "cursor", ["garbage", "!!!!", "W10", encode_cursor("no", "instant"), "A" * 401]
)
async def test_a_list_answers_a_bad_cursor_with_422(
    house: House, client: httpx.AsyncClient, cursor: str
) -> None:
    me = (await crowd(house, 1))[0]
    answer = await client.get(f"{API}/bookings/me", params={"cursor": cursor}, headers=me.headers)
    assert answer.status_code == 422, answer.text
