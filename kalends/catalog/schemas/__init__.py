"""Places on the wire. Every text and list is bounded; a PATCH tells an absent field from a null one."""

from .addons import AddonCreate as AddonCreate
from .addons import AddonQuery as AddonQuery
from .addons import AddonRead as AddonRead
from .addons import AddonUpdate as AddonUpdate
from .hours import HoursIn as HoursIn
from .hours import HoursRead as HoursRead
from .rooms import RoomCreate as RoomCreate
from .rooms import RoomPageRead as RoomPageRead
from .rooms import RoomRead as RoomRead
from .rooms import RoomUpdate as RoomUpdate
from .values import page_of as page_of
from .values import position as position
from .venues import VenueCreate as VenueCreate
from .venues import VenueQuery as VenueQuery
from .venues import VenueRead as VenueRead
from .venues import VenueUpdate as VenueUpdate
