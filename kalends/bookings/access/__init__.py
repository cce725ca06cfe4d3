"""Who may do what with bookings: the policy rows, and fetching one for somebody who may have it."""

from .appointments import APPOINTMENTS
from .bookings import Seen as Seen
from .bookings import access_booking as access_booking
from .bookings import access_own_booking as access_own_booking
from .bookings import actors_of as actors_of
from .enquiries import ENQUIRIES
from .enquiries import SeenEnquiry as SeenEnquiry
from .enquiries import access_enquiry as access_enquiry
from .enquiries import access_offer as access_offer
from .enquiries import access_own_enquiry as access_own_enquiry
from .enquiries import seen_by as seen_by
from .events import EVENTS
from .events import access_event as access_event
from .events import access_vendor_line as access_vendor_line
from .feeds import FEEDS
from .feeds import access_calendar as access_calendar
from .feeds import access_member as access_member
from .journeys import JOURNEYS
from .policy import BOOKINGS
from .recovery import RECOVERY
from .series import SERIES
from .series import access_own_series as access_own_series
from .series import access_series as access_series
from .serving import SERVING
from .serving import access_days as access_days
from .serving import access_served as access_served
from .templates import TEMPLATES
from .templates import access_template as access_template
from .templates import see_template as see_template
from .vendors import EVENT_KIND as EVENT_KIND
from .vendors import sees_all as sees_all
from .vendors import vendors_run_by as vendors_run_by
from .waiting import WAITING
from .waiting import access_entry as access_entry
from .waiting import access_own_entry as access_own_entry
from .waiting import check_line as check_line

POLICY = {
    **BOOKINGS,
    **APPOINTMENTS,
    **ENQUIRIES,
    **EVENTS,
    **FEEDS,
    **JOURNEYS,
    **RECOVERY,
    **SERIES,
    **SERVING,
    **TEMPLATES,
    **WAITING,
}
