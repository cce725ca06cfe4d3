"""Kalends: an engine for service-booking marketplaces."""

import zoneinfo

__version__ = "0.1.0"

# One version of the time-zone rules on every host: the pinned tzdata package, not what the machine has.
zoneinfo.reset_tzpath(to=())
