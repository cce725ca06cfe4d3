"""Every template in both its forms."""

from importlib import resources
from types import SimpleNamespace
from uuid import UUID

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError
from letter_facts import FACTS, LAYOUTS, LINKS
from sample_letters import BRAND, HOSTILE, ISSUED, a_booking, rupees

from kalends.notifications.service.render import _templates, render, render_page


def letter(template, **changes):
    return render(BRAND, template, {"name": "Asha", **FACTS[template], **changes})


@pytest.mark.parametrize(
    "template", ["booking_cancelled", "refund_completed", "late_payment_refunded"]
)
def test_a_letter_names_the_wallet_only_when_the_money_goes_there(template):
    there, elsewhere = letter(template), letter(template, to_wallet=False)
    assert all("wallet" in part for part in (there.text, there.html))
    assert not any("wallet" in part for part in (elsewhere.subject, elsewhere.text, elsewhere.html))


def test_every_template_is_listed_here():
    names = {
        f.name.split(".")[0]
        for f in (resources.files("kalends.notifications") / "templates").iterdir()
    }
    assert names - LAYOUTS == set(FACTS)


@pytest.mark.req("H-088", "H-096")
@pytest.mark.parametrize("template", FACTS)
def test_a_template_renders_both_parts_with_the_brand(template):
    made = letter(template)
    assert made.subject
    assert "\n" not in made.subject
    assert made.text.startswith("Hello Asha,\n\n")
    assert made.text.endswith("Questions? Write to help@hall-booking.test.\n")
    assert "Hello Asha,</p>" in made.html
    assert BRAND.colour in made.html
    assert "\n\n\n\n" not in made.text


@pytest.mark.parametrize("template", FACTS)
def test_a_forgotten_fact_is_an_error_not_a_gap(template):
    with pytest.raises(UndefinedError):
        render(BRAND, template, {})


@pytest.mark.parametrize("template", [name for name, facts in FACTS.items() if "booking" in facts])
def test_the_booking_is_named_with_its_time_in_the_zone_of_the_hall(template):
    made = letter(template)
    for part in (made.text, made.html):
        assert "Saturday 21 November 2026, 10:00 – 12:30 (Asia/Kolkata, UTC+05:30)" in part
        assert "BKG-2611-0007" in part


@pytest.mark.parametrize("template", [name for name, facts in FACTS.items() if "booking" in facts])
def test_a_hostile_name_is_shown_as_text_on_its_own_line(template):
    booking = a_booking(resource_name=HOSTILE, place_name=HOSTILE, address=HOSTILE)
    made = letter(template, name=HOSTILE, booking=booking)
    assert "<script" not in made.html
    assert "&lt;script&gt;" in made.html
    assert not any(line.lstrip().startswith("Bcc:") for line in made.text.splitlines())
    assert "\u202e" not in made.subject + made.text + made.html
    assert not {"\r", "\n"} & set(made.subject)


@pytest.mark.req("H-089")
def test_the_confirmation_thanks_for_the_payment_and_lists_the_price():
    text = letter("booking_confirmed").text
    assert "Your payment of ₹1,150.00 has arrived" in text
    assert "Main Hall, 2 h 30 min: ₹1,000.00" in text
    assert "Chair, × 30: ₹150.00" in text
    assert "Total: ₹1,150.00" in text


@pytest.mark.req("G-034")
@pytest.mark.parametrize("template", ["booking_confirmed", "booking_approved", "booking_links"])
def test_links_to_cancel_and_to_move_are_told_with_their_end(template):
    made = letter(template)
    for part in (made.text, made.html):
        assert LINKS.cancel in part
        assert LINKS.reschedule in part
        assert "Until Monday 2 November 2026, 13:30 (Asia/Kolkata" in part
    one = letter(
        template, links=SimpleNamespace(cancel=LINKS.cancel, reschedule=None, until=ISSUED)
    )
    assert LINKS.cancel in one.text
    assert "another time" not in one.text + one.html
    if template != "booking_links":
        without = letter(template, links=None)
        assert "/links/" not in without.text + without.html


@pytest.mark.req("H-090", "H-194")
def test_the_cancellation_names_refund_percent_and_fee():
    text = letter("booking_cancelled").text
    assert "cancelled by the customer" in text
    assert "Given back to the wallet: ₹575.00 (50 %)" in text
    assert "Cancellation fee: ₹575.00" in text


def test_a_refund_that_waits_is_being_given_back_and_not_given_back():
    waiting = letter("booking_cancelled", waits=True)
    for part in (waiting.text, waiting.html):
        assert "Being given back to the wallet" in part
        assert "write again when the money has been given back" in part
        assert "Given back" not in part
    late = letter("late_payment_refunded", to_wallet=False)
    assert late.subject.startswith("₹1,150.00 is being given back: ")


def test_letters_about_subscriptions_say_what_was_paid_and_until_when_it_lasts():
    begun, free = letter("subscription_active"), letter("subscription_active", paid=None)
    assert "Your payment of ₹999.00 has arrived; the receipt is attached." in begun.text
    assert "After that it costs ₹999.00 for a month." in begun.text
    assert "nothing to pay" in free.text
    assert "attached" not in free.text
    unpaid = letter("subscription_unpaid")
    assert unpaid.subject == "Planner: ₹999.00 could not be taken"
    assert "Pay until Monday 2 November 2026, 13:30" in unpaid.text
    ending, ended = letter("subscription_cancelled"), letter("subscription_cancelled", until=None)
    assert ending.subject == "Planner ends on Mon 2 Nov"
    assert "lasts until Monday 2 November 2026, 13:30" in ending.text
    assert ended.subject == "Planner has ended"
    assert "No payment came" in letter("subscription_cancelled", unpaid=True).text


def test_letters_about_money_say_what_became_of_it():
    assert "8877" in letter("bank_account_changed").subject
    assert "From Monday 2 November 2026, 13:30" in letter("bank_account_verified").text
    assert "cannot pay to" in letter("bank_account_rejected").text
    assert "ending in 8877: name mismatch." in letter("bank_account_rejected").text
    assert "ending in 8877. Nothing" in letter("bank_account_rejected", reason=None).text
    assert letter("payout_returned").subject == "₹900.00 came back from your bank"
    failed = letter("payout_returned", came_back=False)
    assert failed.subject == "₹900.00 did not reach your bank"
    assert "did not reach your bank: account closed. The money is yours" in failed.text
    assert "knows it as UTR42" in letter("payout_paid").text
    assert "has to wait" in letter("payout_held").subject
    lost, won = letter("card_dispute_closed"), letter("card_dispute_closed", outcome="won")
    assert "is lost (BKG-2611-0007)" in lost.subject
    assert "₹100.00 of it was taken from what you earned" in lost.text
    assert "₹575.00 stays where it was" in won.text
    assert letter("card_dispute_opened", booking=None).subject == "A card dispute about ₹575.00"


def test_a_cancellation_before_payment_speaks_of_no_refund():
    text = letter("booking_cancelled", booking=a_booking(paid=rupees(0))).text
    assert "nothing to give back" in text
    assert "fee" not in text


@pytest.mark.req("H-091")
def test_the_refund_names_the_amount_and_the_booking():
    made = letter("refund_completed")
    assert made.subject == "₹575.00 is back in your wallet (BKG-2611-0007)"
    assert "Given back so far: ₹575.00" in made.text
    assert "Reference: 00000000-0000-0000-0000-000000000004" in made.text
    assert letter("refund_completed", booking=None).subject == "₹575.00 is back in your wallet"


def test_what_is_due_is_asked_for_with_its_end_or_without_one():
    assert "before Monday 2 November 2026, 13:30" in letter("payment_due").text
    added = letter("payment_due", until=None)
    assert added.subject.startswith("To pay: ₹900.00 for Main Hall")
    assert "was added to your booking" in added.text
    assert "cancelled" not in added.text


@pytest.mark.req("H-092")
def test_the_review_invitation_says_until_when():
    assert "for 30 days" in letter("review_invitation").text


@pytest.mark.req("H-098")
def test_a_reschedule_says_from_when_to_when_and_what_changes():
    text = letter("booking_rescheduled").text
    assert "It was: Friday 20 November 2026, 14:00 – 16:30" in text
    assert "costs ₹200.00 more" in text
    assert "Still to pay: ₹200.00" in text
    assert "costs ₹200.00 less" in letter("booking_rescheduled", difference=rupees(-200)).text
    same = letter("booking_rescheduled", difference=rupees(0), due=rupees(0)).text
    assert "price stays the same" in same
    assert "Still to pay" not in same


@pytest.mark.req("C-86")
def test_a_request_says_until_when_the_time_is_kept_only_while_it_is():
    assert (
        "We keep the time for you until Monday 2 November 2026, 13:30"
        in letter("booking_requested").text
    )
    paid = letter("booking_requested", booking=a_booking(hold_expires_at=ISSUED)).text
    assert "We keep the time" not in paid


def test_someone_without_a_name_is_greeted_all_the_same():
    assert letter("welcome", name="").text.startswith("Hello,\n")


def test_templates_cannot_reach_behind_their_facts():
    with pytest.raises(SecurityError):
        _templates.from_string("{{ brand.__class__.__mro__ }}").render(brand=BRAND)


def test_the_mailbox_page_shows_hostile_mail_harmlessly():
    page = render_page("mailbox_message.html", {"item": a_message()})
    assert "<script>" not in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page


def a_message():
    return SimpleNamespace(
        id=UUID(int=5),
        to="a@kalends.test",
        cc=["b@kalends.test"],
        subject="<script>",
        text="first\n<script>",
        html='"><script>alert(1)</script>',
        attachments=[],
        sent_at=ISSUED,
    )
