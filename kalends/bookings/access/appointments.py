"""The policy rows of appointments."""

from kalends.core.policy import Rule, UnitKind, Who

_FEATURE = "staff"
_own = "own bookings; those at a managed venue; all for operators"

APPOINTMENTS = {
    "POST /bookings/{booking_id}/start": Rule(Who.signed_in, _own, keyed=True),
    "POST /bookings/{booking_id}/no-show": Rule(Who.signed_in, _own, keyed=True),
    "POST /bookings/{booking_id}/approve": Rule(Who.signed_in, _own, keyed=True, feature=_FEATURE),
    "PATCH /bookings/{booking_id}/checklist": Rule(Who.signed_in, _own, feature=_FEATURE),
    "PATCH /bookings/{booking_id}/add-extra": Rule(
        Who.signed_in, _own, limit="bookings", keyed=True, feature=_FEATURE
    ),
    "POST /bookings/{booking_id}/lines/{position}/cancel": Rule(
        Who.signed_in,
        _own,
        keyed=True,
        feature=_FEATURE,
    ),
    "GET /staff/match": Rule(
        Who.public, "anybody's", UnitKind.read, limit="search", feature=_FEATURE
    ),
    "GET /providers/{provider_id}/availability": Rule(
        Who.public,
        "active providers; those who run one see it always",
        UnitKind.read,
        limit="search",
        feature=_FEATURE,
    ),
    "GET /users/past-professionals": Rule(
        Who.signed_in, "one's own", UnitKind.read, feature=_FEATURE
    ),
}
