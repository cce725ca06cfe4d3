"""Statements on declined jobs and ranking reviews."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from kalends.core.ids import new_id
from kalends.core.unit import Unit

from ..models import Decline, RankingReview


async def add_decline(
    unit: Unit, booking_id: UUID, who: tuple[UUID, UUID], why: tuple[str, str]
) -> None:
    """`who`: the member and their provider; `why`: a reason's code and a note."""
    values = {"booking_id": booking_id, "by": unit.principal.user_id, "at": unit.now}
    people = {"staff_id": who[0], "provider_id": who[1]}
    reasons = {"reason_code": why[0], "note": why[1]}
    await unit.session.execute(insert(Decline).values(id=new_id(), **values, **people, **reasons))


async def declines_since(unit: Unit, staff_id: UUID, since: datetime) -> int:
    query = select(func.count()).where(Decline.staff_id == staff_id, Decline.at > since)
    return (await unit.session.execute(query)).scalar_one()


async def who_declined(unit: Unit, booking_id: UUID) -> set[UUID]:
    query = select(Decline.staff_id).where(Decline.booking_id == booking_id)
    return set((await unit.session.execute(query)).scalars())


async def put_under_review(
    unit: Unit, who: tuple[UUID, UUID], until: datetime, declines: int
) -> None:
    """`who`: the member and their provider. A review that runs already is prolonged."""
    staff_id, provider_id = who
    changed = {"since": unit.now, "until": until, "declines": declines}
    stored = upsert(RankingReview).values(staff_id=staff_id, provider_id=provider_id, **changed)
    await unit.session.execute(
        stored.on_conflict_do_update(index_elements=[RankingReview.staff_id], set_=changed)
    )


async def staff_under_review(unit: Unit, staff_ids: Collection[UUID]) -> set[UUID]:
    query = select(RankingReview.staff_id).where(
        RankingReview.staff_id.in_(staff_ids), RankingReview.until > unit.now
    )
    return set((await unit.session.execute(query)).scalars())


async def providers_under_review(unit: Unit, provider_ids: Collection[UUID]) -> set[UUID]:
    """Those of whose staff anybody is."""
    query = select(RankingReview.provider_id).where(
        RankingReview.provider_id.in_(provider_ids), RankingReview.until > unit.now
    )
    return set((await unit.session.execute(query.distinct())).scalars())
