"""What every deployment has: health, readiness, metrics, and the front page."""

from fastapi import Response
from fastapi.responses import HTMLResponse, JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from kalends.core.edge import CurrentHouse, Routes
from kalends.core.policy import Rule, UnitKind, Who, declare

from .front_page import front_page

declare(
    {
        "GET /": Rule(Who.public, unit=UnitKind.none, exempt=True),
        "GET /healthz": Rule(Who.public, unit=UnitKind.none, exempt=True),
        "GET /readyz": Rule(Who.public, unit=UnitKind.none, exempt=True),
        "GET /metrics": Rule(Who.public, unit=UnitKind.none, exempt=True),
    }
)
platform_routes = Routes("platform")
front_routes = Routes("front")


@platform_routes.add("GET /healthz", summary="The process is alive")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@platform_routes.add("GET /readyz", summary="The process can serve: its database answers")
async def readyz(house: CurrentHouse) -> JSONResponse:
    try:
        async with house.reads.connect() as connection:
            await connection.execute(text("SELECT version_num FROM alembic_version"))
    except Exception:  # noqa: BLE001 - whatever the database does, the answer is: not ready
        return JSONResponse({"status": "unready", "database": "no answer"}, 503)
    return JSONResponse({"status": "ready"})


@platform_routes.add("GET /metrics", summary="Prometheus metrics")
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@front_routes.add("GET /", summary="The front page")
async def index(house: CurrentHouse) -> HTMLResponse:
    return HTMLResponse(front_page(house.settings, house.profile))
