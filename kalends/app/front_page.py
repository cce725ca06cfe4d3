"""The page at `/`: what this is and where to look."""

from html import escape

from kalends.core.profile import Profile
from kalends.core.settings import Settings


def front_page(settings: Settings, profile: Profile) -> str:
    """The page as HTML. Links to development doors are shown only where the doors exist."""
    links = [("/openapi.json", "OpenAPI 3.1", "for clients")]
    if profile.features.venues:
        links.append(("/api/v2/venues", "Venues", "the catalogue, as a client reads it"))
    if profile.features.providers:
        noun = profile.aliases.get("providers", "providers")
        links.append((f"/api/v2/{noun}/search", noun.capitalize(), "who sells here"))
    if not settings.production:
        links.insert(0, ("/docs", "API documentation", "every endpoint, to try out"))
        links += [
            ("/dev/mailbox", "Mailbox", "every message that would have left"),
            ("/dev/people", "People", "the demo's accounts and their passwords"),
            ("/dev/clock", "Clock", "the marketplace's time; it can be moved forward"),
            ("/sandbox/statement", "Sandbox bank", "what the pretend gateway really took and gave"),
        ]
    links.append(("/healthz", "Health", "the process is alive"))
    items = "".join(
        f'<li><a href="{href}">{escape(name)}</a><span>{escape(what)}</span></li>'
        for href, name, what in links
    )
    brand = profile.branding
    return _PAGE.format(
        name=escape(brand.name), tagline=escape(brand.tagline), colour=brand.colour, items=items
    )


_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{name}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 0; color: #222; background: #faf8f5; }}
header {{ background: {colour}; color: #fff; padding: 3rem 1.5rem; }}
header > *, main {{ max-width: 44rem; margin: 0 auto; }}
main {{ padding: 1.5rem; }}
ul {{ list-style: none; padding: 0; }}
li {{ display: flex; gap: 1rem; padding: .6rem 0; border-bottom: 1px solid #e5dfd6; }}
li a {{ min-width: 12rem; color: {colour}; font-weight: 600; }}
</style>
<header><h1>{name}</h1><p>{tagline}</p></header>
<main><p>This marketplace runs on Kalends: nobody is booked twice, money waits in escrow until the
service has happened, and a ledger that balances settles it with everyone.</p><ul>{items}</ul></main>
</html>"""
