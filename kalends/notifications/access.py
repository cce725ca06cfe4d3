"""Who may reach the documents of a booking, the links in letters, and the development mailbox."""

from kalends.core.policy import Rule, UnitKind, Who

POLICY = {
    "POST /users/calendar-feed": Rule(Who.signed_in, "one's own", feature="calendars"),
    "DELETE /users/calendar-feed": Rule(Who.signed_in, "one's own", feature="calendars"),
    "GET /calendars/{calendar_token}.ics": Rule(
        Who.public, "whose token one knows", UnitKind.read, limit="search", feature="calendars"
    ),
    "GET /links/{link_token}": Rule(
        Who.public, "whose token one knows", UnitKind.none, limit="links"
    ),
    "POST /links/{link_token}": Rule(
        Who.public, "whose token one knows", UnitKind.none, limit="links"
    ),
    "GET /bookings/{booking_id}/confirmation.pdf": Rule(
        Who.signed_in, "the booking's people, its venue's managers, operators", UnitKind.read
    ),
    "GET /bookings/{booking_id}/calendar.ics": Rule(
        Who.signed_in, "the booking's people, its venue's managers, operators", UnitKind.read
    ),
    "GET /dev/messages": Rule(Who.public, unit=UnitKind.read),
    "GET /dev/messages/{message_id}/attachments/{position}": Rule(Who.public, unit=UnitKind.read),
    "GET /dev/mailbox": Rule(Who.public, unit=UnitKind.read),
    "GET /dev/mailbox/{message_id}": Rule(Who.public, unit=UnitKind.read),
}
