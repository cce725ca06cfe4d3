"""The parameters of every endpoint that is emulated."""

from .params import Need, choice, currency, metadata, text, texts, truth, whole

EXPAND = {"expand": texts}
WINDOW = {"gt": whole, "gte": whole, "lt": whole, "lte": whole}
LIST = {**EXPAND, "limit": whole, "starting_after": text, "ending_before": text, "created": WINDOW}

NEW_INTENT = {
    **EXPAND,
    "amount": Need(whole),
    "currency": Need(currency),
    "automatic_payment_methods": {
        "enabled": Need(truth),
        "allow_redirects": choice("always", "never"),
    },
    "capture_method": choice("automatic", "automatic_async", "manual"),
    "customer": text,
    "description": text,
    "metadata": metadata,
    "receipt_email": text,
    "statement_descriptor_suffix": text,
    "transfer_group": text,
}
CAPTURE = {**EXPAND, "amount_to_capture": whole, "final_capture": truth, "metadata": metadata}
NEW_REFUND = {
    **EXPAND,
    "amount": whole,
    "charge": text,
    "payment_intent": text,
    "metadata": metadata,
    "reason": choice("duplicate", "fraudulent", "requested_by_customer"),
    "reverse_transfer": truth,
    "refund_application_fee": truth,
    "instructions_email": text,
}
REFUNDS = {**LIST, "charge": text, "payment_intent": text}
NEW_TRANSFER = {
    **EXPAND,
    "amount": Need(whole),
    "currency": Need(currency),
    "destination": Need(text),
    "description": text,
    "metadata": metadata,
    "source_transaction": text,
    "source_type": choice("bank_account", "card", "fpx"),
    "transfer_group": text,
}
TRANSFERS = {**LIST, "destination": text, "transfer_group": text}
REVERSAL = {**EXPAND, "amount": whole, "metadata": metadata, "refund_application_fee": truth}
NEW_ACCOUNT = {
    **EXPAND,
    "business_type": choice("individual", "company", "non_profit", "government_entity"),
    "capabilities": {"transfers": {"requested": truth}, "card_payments": {"requested": truth}},
    "controller": {
        "fees": {"payer": choice("account", "application")},
        "losses": {"payments": choice("application", "stripe")},
        "requirement_collection": choice("application", "stripe"),
        "stripe_dashboard": {"type": choice("express", "full", "none")},
    },
    "country": text,
    "email": text,
    "external_account": {
        "object": Need(choice("bank_account")),
        "country": Need(text),
        "currency": Need(currency),
        "account_holder_name": text,
        "account_holder_type": choice("individual", "company"),
        "routing_number": text,
        "account_number": Need(text),
    },
    "metadata": metadata,
}
LINES = {**LIST, "currency": currency, "payout": text, "source": text, "type": text}
