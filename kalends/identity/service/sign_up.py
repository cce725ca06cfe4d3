"""Sign-up: always a customer, whatever the request says."""

from kalends.core.errors import Invalid
from kalends.core.house import House
from kalends.core.profile import Profile
from kalends.core.unit import Unit, open_unit

from ..errors import WeakPassword
from ..repository import users
from ..rules.contacts import normal_phone
from ..rules.passwords import weakness
from ..schemas import SignedIn, SignUp
from ..types import Account, NewPerson
from .hashing import hash_password
from .people import register_person
from .start_session import start_session


async def sign_up(house: House, request: SignUp, user_agent: str | None) -> SignedIn:
    """Make an account and its first session.

    An e-mail that has an account is told so (EmailTaken) and that account stays as it is: without a
    mailed link there is no answer that would help the honest and say nothing. Raises WeakPassword,
    EmailTaken, Invalid for the phone number.
    """
    person = await new_person(house, request)
    async with open_unit(house) as unit:
        account = await register_account(unit, person)
        tokens = await start_session(unit, account, user_agent)
    return SignedIn.for_account(account, tokens)


async def new_person(house: House, request: SignUp) -> NewPerson:
    """Check what was sent and hash the password; call it between units."""
    check_password(house.profile, request.password, request.email)
    phone = checked_phone(house.profile, request.phone)
    hashed = await hash_password(request.password)
    return NewPerson(request.email, hashed, request.name, phone)


async def register_account(unit: Unit, person: NewPerson) -> Account:
    """Store the person and return the whole account. Raises EmailTaken."""
    made = await register_person(unit, person)
    account = await users.find_account(unit, made.id)
    assert account is not None
    return account


def check_password(profile: Profile, password: str, email: str) -> None:
    """Raises WeakPassword with the reason."""
    shortest = profile.auth.password_min_length
    reason = weakness(password, email, shortest)
    if reason:
        raise WeakPassword(
            reason, errors=[{"loc": ["body", "password"], "message": reason}], min_length=shortest
        )


def checked_phone(profile: Profile, phone: str | None) -> str | None:
    """The number in E.164. Raises Invalid."""
    if not phone:
        return None
    try:
        return normal_phone(phone, profile.locale)
    except ValueError as error:
        found = [{"loc": ["body", "phone"], "message": str(error)}]
        raise Invalid(f"phone: {error}", errors=found) from None
