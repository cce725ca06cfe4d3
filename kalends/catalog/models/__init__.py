"""The tables of the catalogue: who sells, where, what, with whom, and which extras."""

from .places import Addon as Addon
from .places import Room as Room
from .places import Venue as Venue
from .providers import Provider as Provider
from .providers import provider_transitions as provider_transitions
from .services import Service as Service
from .services import ServiceStaff as ServiceStaff
from .staff import StaffMember as StaffMember
from .staff import TimeOff as TimeOff
