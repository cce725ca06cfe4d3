"""E-mail addresses and phone numbers in their one form."""

import pytest

from kalends.identity.rules.contacts import normal_email, normal_phone
from kalends.identity.rules.ranks import ranked


@pytest.mark.req("H-008", "H-222")
@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Asha@Example.COM", "asha@example.com"),
        ("first.last+halls@example.co.in", "first.last+halls@example.co.in"),
        ("o'neil@example.com", "o'neil@example.com"),
        ("guest@kalends.test", "guest@kalends.test"),
        ("post@bücher.example", "post@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_kept_in_one_form(written: str, kept: str) -> None:
    assert normal_email(written) == kept


@pytest.mark.req("H-008", "H-222")
@pytest.mark.parametrize(
    "written",
    [
        "",
        "asha",
        "asha@",
        "@example.com",
        "asha@example",
        "a b@example.com",
        "asha@@example.com",
        ".asha@example.com",
        "asha..patil@example.com",
        "asha@-example.com",
        "asha@example..com",
        "asha\0@example.com",
        "asha\n@example.com",
        "\ud800@example.com",
        "аsha@example.com",  # the first letter is Cyrillic
        "a" * 65 + "@example.com",
        "a@" + "b" * 250 + ".com",
        "asha@localhost",
        "asha@127.0.0.1",
        "Asha <asha@example.com>",
        "asha@example.com,evil@example.com",
        "asha@example.com\r\nBcc: evil@example.com",
    ],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        normal_email(written)


@pytest.mark.parametrize(
    "written", ["+919876543210", "98765 43210", "098765-43210", "+91 98765 43210"]
)
def test_a_national_number_is_read_in_the_locale_s_country(written: str) -> None:
    assert normal_phone(written, "en-IN") == "+919876543210"


@pytest.mark.parametrize("written", ["", "abc", "12", "+91" + "9" * 20, "+999123456789"])
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        normal_phone(written, "en-IN")


def test_the_weightiest_role_comes_first_and_everybody_is_a_customer() -> None:
    assert ranked([], []) == ["customer"]
    assert ranked(["support", "super_admin"], ["manager", "manager"]) == [
        "super_admin",
        "support",
        "manager",
        "customer",
    ]
