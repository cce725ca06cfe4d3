"""The provider's doors: an API for merchants, pages for people."""

from kalends.core.edge import Routes

from . import desk, merchant, people

_ROOMS = (merchant, people, desk)
development_routes = Routes(
    "sandbox", bare=True, endpoints=[e for room in _ROOMS for e in room.routes.endpoints]
)
