"""The marketplace's own nouns in paths: the same doors a second time, under the words of its profile."""

from collections.abc import Iterable, Mapping

from fastapi import APIRouter

from kalends.core.edge import EdgeRoute
from kalends.core.endpoints import Routes


def mount_aliases(
    router: APIRouter, rooms: Iterable[Routes], nouns: Mapping[str, str], prefix: str
) -> None:
    """Add every endpoint whose path has one of the canonical words again, outside the schema.

    `{"providers": "artists"}` makes `/artists/{provider_id}` the door that `/providers/{provider_id}` is.
    Raises ValueError for a noun that is a word of another path already.
    """
    endpoints = [endpoint for routes in rooms if not routes.bare for endpoint in routes.endpoints]
    taken = {word for endpoint in endpoints for word in endpoint.path.split("/")}
    clashes = sorted(taken & set(nouns.values()))
    if clashes:
        raise ValueError(f"aliases: {clashes[0]!r} is a path of its own here; choose another noun")
    mounted = [route for route in router.routes if isinstance(route, EdgeRoute)]
    doors = {(method, route.path): route for route in mounted for method in route.methods or ()}
    for endpoint in endpoints:
        renamed = renamed_path(endpoint.path, nouns)
        if renamed != endpoint.path:
            door = doors[endpoint.method, prefix + endpoint.path]
            path = prefix + renamed
            router.add_api_route(
                path,
                endpoint.handler,
                methods=[endpoint.method],
                include_in_schema=False,
                route_class_override=_under(type(door), path),
                **endpoint.options,
            )


def renamed_path(path: str, nouns: Mapping[str, str]) -> str:
    """The path with every canonical word that has a noun replaced."""
    return "/".join(nouns.get(word, word) for word in path.split("/"))


def _under(door: type[EdgeRoute], path: str) -> type[EdgeRoute]:
    """The same rule, found by another beginning."""
    return type("AliasRoute", (door,), {"head": path.partition("{")[0]})
