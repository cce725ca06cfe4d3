"""The policy rows of jobs that are given back."""

from kalends.core.policy import Rule, UnitKind, Who

_OWN = "own bookings"
_on = "staff"

RECOVERY = {
    "POST /bookings/{booking_id}/decline": Rule(
        Who.signed_in,
        "bookings that one serves at or manages",
        keyed=True,
        feature=_on,
    ),
    "GET /bookings/{booking_id}/replacements": Rule(
        Who.signed_in, _OWN, UnitKind.read, feature=_on
    ),
    "POST /bookings/{booking_id}/accept-replacement": Rule(
        Who.signed_in, _OWN, keyed=True, feature=_on
    ),
    "POST /bookings/{booking_id}/choose-staff": Rule(Who.signed_in, _OWN, keyed=True, feature=_on),
}
