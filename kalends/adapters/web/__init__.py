"""Reading documents from addresses that strangers named, without letting them reach into our network."""

from .reader import WebReader as WebReader
from .resolving import public_addresses as public_addresses
