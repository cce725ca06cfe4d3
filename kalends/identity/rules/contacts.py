"""E-mail addresses and phone numbers in the one form in which they are stored and compared."""

import phonenumbers
from email_validator import EmailNotValidError, validate_email


def normal_email(text: str) -> str:
    """The address in lower case, its domain in ASCII. Raises ValueError with a sentence.

    Syntax only; whether mail arrives is for mail to find out. Local parts beyond ASCII are refused, so
    that two addresses that look alike cannot be two accounts.
    """
    try:
        valid = validate_email(
            text,
            check_deliverability=False,
            allow_smtputf8=False,
            strict=True,
            test_environment=True,
        )
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None
    return (valid.ascii_email or valid.normalized).lower()


def normal_phone(text: str, locale: str) -> str:
    """The number in E.164, such as +919876543210; a national one is read in the locale's country.

    Raises ValueError with a sentence.
    """
    _, _, region = locale.partition("-")
    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        raise ValueError("write the phone number like +919876543210") from None
    if not phonenumbers.is_possible_number(number):
        raise ValueError("the phone number is too short or too long")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
