"""Stripe: PaymentIntents for what customers pay, Connect transfers for what providers are paid.

Spoken over its REST interface with httpx and no SDK: thirteen calls of form-encoded requests are less than
the SDK's surface, the interface version stays pinned here, time-outs and sizes are ours, and the answer to an
idempotent request can be told from a replayed one, which the SDK hides.
"""

from .factory import stripe_gateway as stripe_gateway
from .gateway import StripeGateway as StripeGateway
