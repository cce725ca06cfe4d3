"""Bookings: calendars and allocations, agreements about a time and a price, and their processes."""

from .access import Seen as Seen
from .access import access_booking as access_booking
from .errors import SlotTaken as SlotTaken
from .errors import SlotUnavailable as SlotUnavailable
from .events import BookingCancelled as BookingCancelled
from .events import BookingCompleted as BookingCompleted
from .events import BookingConfirmed as BookingConfirmed
from .events import BookingExpired as BookingExpired
from .events import BookingReleased as BookingReleased
from .events import BookingReminderDue as BookingReminderDue
from .events import BookingRequested as BookingRequested
from .events import BookingRescheduled as BookingRescheduled
from .events import LatePaymentRefunded as LatePaymentRefunded
from .rules.processes import PROCESSES as PROCESSES
from .service.cancel import cancel_booking as cancel_booking
from .service.create import create_booking as create_booking
from .service.machine import MACHINE as MACHINE
from .service.pay import pay_from_wallet as pay_from_wallet
from .service.read import get_booking as get_booking
from .service.slots import free_slots as free_slots
from .types import BookingFacts as BookingFacts
from .types import LineFacts as LineFacts
from .types import RescheduleFacts as RescheduleFacts
from .types import subject_of as subject_of
