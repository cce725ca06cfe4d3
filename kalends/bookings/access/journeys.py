"""The policy rows of the way to a customer."""

from kalends.core.policy import Rule, UnitKind, Who

_FEATURE = "enquiries"
_serves = "own bookings; those at a managed venue; all for operators"
_step = Rule(Who.signed_in, _serves, limit="bookings", keyed=True, feature=_FEATURE)

JOURNEYS = {
    "POST /journeys/{booking_id}/check-in": _step,
    "POST /journeys/{booking_id}/start": _step,
    "POST /journeys/{booking_id}/arrived": _step,
    "POST /journeys/{booking_id}/generate-otp": Rule(
        Who.signed_in, "own bookings", limit="bookings", feature=_FEATURE
    ),
    "POST /journeys/{booking_id}/verify-otp": Rule(
        Who.signed_in, _serves, UnitKind.none, limit="bookings", keyed=True, feature=_FEATURE
    ),
}
