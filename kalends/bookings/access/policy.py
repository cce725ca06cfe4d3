"""The policy rows of what every kind of booking has in common."""

from kalends.core.policy import Rule, UnitKind, Who

_read, _none, _hot = UnitKind.read, UnitKind.none, UnitKind.hot
_own = "own bookings; those at a managed venue; all for operators"

BOOKINGS = {
    "POST /quotes": Rule(Who.public, "anybody's", unit=_read, limit="search"),
    "POST /bookings": Rule(Who.signed_in, "for oneself", limit="bookings", keyed=True),
    "GET /bookings": Rule(Who.signed_in, _own, unit=_hot),
    "GET /bookings/me": Rule(Who.signed_in, "own bookings", unit=_hot),
    "GET /bookings/upcoming": Rule(Who.signed_in, "own bookings", unit=_hot),
    "GET /bookings/history": Rule(Who.signed_in, "own bookings", unit=_hot),
    "GET /bookings/{booking_id}": Rule(Who.signed_in, _own, unit=_read),
    "GET /bookings/{booking_id}/status": Rule(Who.signed_in, _own, unit=_read),
    "GET /bookings/{booking_id}/timeline": Rule(Who.signed_in, _own, unit=_read),
    "GET /bookings/{booking_id}/documents": Rule(Who.signed_in, _own, unit=_read),
    "GET /bookings/{booking_id}/cancellation-preview": Rule(Who.signed_in, _own, unit=_read),
    "POST /bookings/{booking_id}/reschedule-preview": Rule(Who.signed_in, _own, unit=_read),
    "POST /bookings/{booking_id}/pay": Rule(Who.signed_in, "own bookings", keyed=True),
    "POST /bookings/{booking_id}/cancel": Rule(Who.signed_in, _own, keyed=True),
    "PUT /bookings/{booking_id}/reschedule": Rule(
        Who.signed_in, _own, limit="bookings", keyed=True
    ),
    "POST /bookings/{booking_id}/participants": Rule(Who.signed_in, "own bookings"),
    "POST /bookings/{booking_id}/tip": Rule(
        Who.signed_in, "own bookings", limit="bookings", keyed=True
    ),
    "POST /bookings/{booking_id}/completion-code": Rule(
        Who.signed_in, "own bookings", limit="bookings"
    ),
    "POST /bookings/{booking_id}/complete": Rule(
        Who.signed_in, _own, unit=_none, limit="bookings", keyed=True
    ),
    "POST /bookings/{booking_id}/confirm-release": Rule(Who.signed_in, "own bookings", keyed=True),
    "POST /payments/create-order": Rule(
        Who.signed_in, "own bookings", unit=_none, limit="bookings"
    ),
    "GET /rooms/{room_id}/availability": Rule(Who.public, unit=_read, limit="search"),
    "GET /rooms/{room_id}/bookings": Rule(Who.manager, "rooms of a managed venue", unit=_read),
    "GET /admin/bookings": Rule(Who.operator, "all", unit=_hot),
    "POST /admin/bookings/{booking_id}/cancel": Rule(
        Who.super_admin, "all", keyed=True, confirm=True
    ),
    "POST /admin/bookings/{booking_id}/force-complete": Rule(
        Who.super_admin, "all", keyed=True, confirm=True
    ),
    "POST /admin/bookings/{booking_id}/release": Rule(
        Who.super_admin, "all", keyed=True, confirm=True
    ),
}
