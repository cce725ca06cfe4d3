"""The processes of bookings, as data. `kalends processes --mermaid` draws them."""

from .appointment import APPOINTMENT as APPOINTMENT
from .enquiries import ENQUIRY as ENQUIRY
from .enquiries import OFFER as OFFER
from .event import EVENT as EVENT
from .event import EVENT_LINE as EVENT_LINE
from .rental import RENTAL as RENTAL
from .shared import MAY_OWE as MAY_OWE
from .trial import TRIAL as TRIAL
from .visits import FLEXI as FLEXI
from .visits import INSTANT as INSTANT
from .waitlist import WAITLIST as WAITLIST

PROCESSES = {
    process.name: process for process in (RENTAL, APPOINTMENT, EVENT, INSTANT, FLEXI, TRIAL)
}
