"""What must hold of a booking before a step of its process, besides its state. One answer for the step
itself, for the list of what somebody may do, and for which timers are worth setting.
"""

from kalends.core.process import by_name

from .appointments import APPOINTMENT_GUARDS
from .bookings import SHARED
from .bookings import Columns as Columns
from .bookings import Guarded as Guarded
from .bookings import columns_of as columns_of
from .bookings import owes as owes
from .bookings import owes_balance as owes_balance
from .bookings import refused as refused
from .bookings import released_by_code as released_by_code
from .enquiries import ENQUIRY_GUARDS as ENQUIRY_GUARDS
from .enquiries import OFFER_GUARDS as OFFER_GUARDS
from .enquiries import WAITLIST_GUARDS as WAITLIST_GUARDS

GUARDS = by_name((*SHARED.values(), *APPOINTMENT_GUARDS.values()))
