"""Tables of bookings: calendars and allocations (who has which time), bookings and what belongs to them."""

from .bookings import Booking as Booking
from .bookings import BookingLine as BookingLine
from .bookings import BookingParticipant as BookingParticipant
from .bookings import CompletionCode as CompletionCode
from .bookings import Reschedule as Reschedule
from .bookings import booking_numbers as booking_numbers
from .bookings import booking_transitions as booking_transitions
from .calendars import Allocation as Allocation
from .calendars import BookingSlot as BookingSlot
from .calendars import Calendar as Calendar
from .enquiries import Enquiry as Enquiry
from .enquiries import EnquiryOffer as EnquiryOffer
from .enquiries import EnquiryProposal as EnquiryProposal
from .enquiries import enquiry_transitions as enquiry_transitions
from .enquiries import offer_transitions as offer_transitions
from .events import EventLineRow as EventLineRow
from .events import event_line_transitions as event_line_transitions
from .feeds import BusyFeed as BusyFeed
from .recovery import Decline as Decline
from .recovery import RankingReview as RankingReview
from .series import BookingSeries as BookingSeries
from .templates import Template as Template
from .waiting import WaitlistEntry as WaitlistEntry
from .waiting import waitlist_transitions as waitlist_transitions
