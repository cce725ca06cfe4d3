"""Who may say something about whom after a booking."""

from collections.abc import Sequence
from uuid import UUID

from kalends.core.principal import ActorKind

from ..types import Reviewed, ReviewSubject


def subjects_for(
    author: ActorKind,
    *,
    customer_id: UUID,
    providers: Sequence[UUID],
    room_id: UUID | None,
    staff_ids: Sequence[UUID],
) -> tuple[Reviewed, ...]:
    """What this side may rate; the first is meant when nothing is said.

    A customer rates the room, else the providers (of an event: its vendors) and those who served. Who served
    or manages rates the customer.
    """
    if author is not ActorKind.customer:
        return (Reviewed(ReviewSubject.customer, customer_id),)
    if room_id is not None:
        return (Reviewed(ReviewSubject.room, room_id),)
    served = tuple(Reviewed(ReviewSubject.staff, staff_id) for staff_id in staff_ids)
    return (*(Reviewed(ReviewSubject.provider, one) for one in providers), *served)


def chosen(
    possible: Sequence[Reviewed], about: ReviewSubject | None, subject_id: UUID | None
) -> Reviewed | None:
    """The one that was named, None when it is not among those that may be rated."""
    fitting = [
        one
        for one in possible
        if about in {None, one.subject_type} and subject_id in {None, one.subject_id}
    ]
    return fitting[0] if fitting else None
