"""The adapter: both sides of Stripe in one."""

from .payments import StripePayments
from .payouts import StripePayouts


class StripeGateway(StripePayments, StripePayouts):
    """`PaymentGateway` and `PayoutGateway` on Stripe. An order is a PaymentIntent, a payment its charge."""

    name = "stripe"
