"""What stops a command: one sentence for the person at the terminal, never a traceback."""

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from kalends.core.profile import ProfileError

from .postgres import LauncherError


class Refused(Exception):
    """The command cannot be done. The message says what to do about it."""


EXPECTED = (
    Refused,
    ProfileError,
    LauncherError,
    ValidationError,
    DBAPIError,
    ConnectionError,
    PermissionError,
)


def sentence(error: BaseException) -> str:
    """The error in words, without values of the environment: those may be secrets."""
    if isinstance(error, ValidationError):
        return "; ".join(_explain(problem) for problem in error.errors(include_input=False))
    if isinstance(error, DBAPIError):
        return f"The database refused: {str(error.orig).strip().splitlines()[0]}"
    return str(error)


def _explain(problem: object) -> str:
    assert isinstance(problem, dict)
    said = str(problem["msg"]).removeprefix("Value error, ")
    variable = ".".join(str(part) for part in problem["loc"]).upper()
    return f"{variable}: {said}" if variable else said
