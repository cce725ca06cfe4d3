"""What bookings says to the rooms above: frozen facts, no rows."""

from .bookings import BookingCounts as BookingCounts
from .bookings import BookingFacts as BookingFacts
from .bookings import LineFacts as LineFacts
from .bookings import RescheduleFacts as RescheduleFacts
from .bookings import Slot as Slot
from .bookings import TransitionFacts as TransitionFacts
from .bookings import WrittenBooking as WrittenBooking
from .bookings import booking_of as booking_of
from .bookings import subject_of as subject_of
from .bookings import tip_subject_of as tip_subject_of
from .enquiries import Candidate as Candidate
from .enquiries import EnquiryFacts as EnquiryFacts
from .enquiries import Mode as Mode
from .enquiries import OfferFacts as OfferFacts
from .enquiries import ProposalFacts as ProposalFacts
from .enquiries import Spot as Spot
from .enquiries import Terms as Terms
from .feeds import Clash as Clash
from .feeds import FeedFacts as FeedFacts
from .recovery import DeclineReason as DeclineReason
from .recovery import Proposal as Proposal
