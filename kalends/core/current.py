"""What a handler may ask for: the edge has put it there."""

from typing import Annotated

from fastapi import Depends, Request

from .house import House
from .principal import Principal
from .reading import Reading
from .unit import Unit


# Coroutines although they wait for nothing: FastAPI runs plain functions in threads.
async def _unit_of(request: Request) -> Unit:
    unit: Unit = request.state.unit
    return unit


async def _house_of(request: Request) -> House:
    house: House = request.app.state.edge.house
    return house


async def _reading_of() -> Reading:
    raise LookupError("the policy row of this route does not say that it is hot")


async def _principal_of(request: Request) -> Principal:
    principal: Principal = request.state.principal
    return principal


CurrentPrincipal = Annotated[Principal, Depends(_principal_of)]
CurrentReading = Annotated[Reading, Depends(_reading_of)]
CurrentUnit = Annotated[Unit, Depends(_unit_of)]
CurrentHouse = Annotated[House, Depends(_house_of)]
