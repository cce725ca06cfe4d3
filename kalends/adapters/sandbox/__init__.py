"""A small payment provider for development, demos and tests, and the adapter that speaks to it.

Both halves talk over HTTP only. The provider keeps its own books, so it is the ground truth of money.
"""

from .gateway import SandboxGateway as SandboxGateway
