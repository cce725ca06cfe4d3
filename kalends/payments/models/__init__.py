"""The tables of payments: payments, refunds, the gateway inbox."""

from .chargebacks import Chargeback as Chargeback
from .chargebacks import chargeback_history as chargeback_history
from .inbox import GatewayInbox as GatewayInbox
from .payments import Payment as Payment
from .payments import payment_history as payment_history
from .payouts import BankAccount as BankAccount
from .payouts import Payout as Payout
from .payouts import PayoutApproval as PayoutApproval
from .payouts import PayoutAttempt as PayoutAttempt
from .payouts import PayoutHoldMark as PayoutHoldMark
from .payouts import bank_account_history as bank_account_history
from .payouts import payout_history as payout_history
from .refunds import Refund as Refund
from .refunds import RefundShare as RefundShare
from .refunds import refund_history as refund_history
from .settlements import SettlementDay as SettlementDay
from .settlements import SettlementDifference as SettlementDifference
from .settlements import SettlementLine as SettlementLine
