"""What people are told, and when. Each reaction writes messages; the job of each message sends it."""

from . import bookings as bookings
from . import money as money
from . import staff as staff
