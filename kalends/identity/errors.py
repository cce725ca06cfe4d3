"""What identity refuses."""

from kalends.core.errors import Conflict, Invalid, Unauthenticated


class SignInRefused(Unauthenticated):
    """One answer for an unknown e-mail, a wrong password and a suspended account."""

    code, status, title = "sign-in-refused", 401, "E-mail or password is not right"


class RefreshRefused(Unauthenticated):
    code, status, title = (
        "refresh-refused",
        401,
        "This refresh token is no longer good; sign in again",
    )


class EmailTaken(Conflict):
    code, status, title = (
        "email-taken",
        409,
        "There is an account with this e-mail; sign in instead",
    )


class WeakPassword(Invalid):
    code, status, title = "weak-password", 422, "This password is too easy to guess"


class WrongPassword(Invalid):
    code, status, title = "wrong-password", 422, "The password is not right"


class UnknownPlace(Invalid):
    code, status, title = "unknown-place", 422, "There is no such provider or venue"


class LastSuperAdmin(Conflict):
    code, status, title = "last-super-admin", 409, "The marketplace needs one active super admin"


class NotYourself(Conflict):
    code, status, title = "not-yourself", 409, "Ask another operator to do this to your own account"
