"""The machines of payments, card disputes, refunds, bank accounts and payouts."""

from .bank_accounts import BANK_ACCOUNTS as BANK_ACCOUNTS
from .chargebacks import CHARGEBACKS as CHARGEBACKS
from .payments import PAYMENTS as PAYMENTS
from .payouts import PAYOUTS as PAYOUTS
from .refunds import REFUNDS as REFUNDS
