"""From the environment to an adapter, or to one sentence that says what is missing."""

import pytest

from kalends.adapters.razorpay import razorpay_gateway
from kalends.app.wiring import GATEWAYS
from kalends.core.gateways import PayoutGateway
from kalends.core.profile import load_profile
from kalends.core.settings import Settings

KEYS = {
    "razorpay_key_id": "rzp_test_Key00000000001",
    "razorpay_key_secret": "key secret",
    "razorpay_webhook_secret": "webhook secret",
}
PRODUCTION = {
    "app_env": "production",
    "database_url": "postgresql://kalends@localhost/kalends",
    "jwt_secret": "0123456789abcdef0123456789abcdef",
    "encryption_keys": "1:AAAA",
    "public_url": "https://hall-booking.test",
    "allowed_hosts": "hall-booking.test",
}


def built(**changes):
    return razorpay_gateway(Settings(**(KEYS | changes)), load_profile("hall-booking"))


@pytest.mark.req("M-288")
@pytest.mark.parametrize("missing", KEYS)
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_variable_is_named(missing, value):
    with pytest.raises(ValueError, match=f"^{missing.upper()} must be set"):
        built(**{missing: value})


def test_payouts_need_an_account_to_leave_from():
    assert not isinstance(built(), PayoutGateway)
    assert isinstance(built(razorpay_account_number="7878780000000001"), PayoutGateway)


def test_a_key_of_another_provider_is_refused():
    with pytest.raises(ValueError, match="RAZORPAY_KEY_ID must begin with"):
        built(razorpay_key_id="sk_test_1")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "RAZORPAY_KEY_ID is a test key"),
        ({"razorpay_base_url": "http://api.razorpay.test"}, "RAZORPAY_BASE_URL must begin"),
    ],
)
def test_production_takes_real_money_over_https_only(change, sentence):
    live = {"razorpay_key_id": "rzp_live_Key00000000001"} if change else {}
    with pytest.raises(ValueError, match=sentence):
        built(**PRODUCTION, **change, **live)


def test_production_runs_with_live_keys():
    assert built(**PRODUCTION, razorpay_key_id="rzp_live_Key00000000001").name == "razorpay"


@pytest.mark.req("C-38")
def test_the_wiring_knows_razorpay():
    made = GATEWAYS["razorpay"](Settings(**KEYS), load_profile("hall-booking"))
    assert made.name == "razorpay"
