"""Razorpay: payments in India and, with RazorpayX, payouts to Indian bank accounts."""

from .factory import razorpay_gateway as razorpay_gateway
from .gateway import RazorpayGateway as RazorpayGateway
from .payouts import RazorpayXGateway as RazorpayXGateway
