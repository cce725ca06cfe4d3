"""What makes hours acceptable and how they are written down, breaks in them, and the providers' processes."""

from .breaks import check_breaks as check_breaks
from .breaks import days_without as days_without
from .breaks import week_without as week_without
from .hours import MAX_PERIODS as MAX_PERIODS
from .hours import MAX_SPECIAL_DAYS as MAX_SPECIAL_DAYS
from .hours import MINUTES_PER_DAY as MINUTES_PER_DAY
from .hours import WEEKDAYS as WEEKDAYS
from .hours import check_hours as check_hours
from .hours import is_zone as is_zone
from .hours import read_hours as read_hours
from .hours import read_opening as read_opening
from .hours import read_stored_hours as read_stored_hours
from .hours import write_hours as write_hours
from .processes import PLACED as PLACED
from .processes import PROVIDER as PROVIDER
from .travel import read_travel as read_travel
from .travel import write_travel as write_travel
