"""Templates to text: Jinja in a sandbox, HTML escaped, an undefined name is an error."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import PackageLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from kalends.core.profile import Branding
from kalends.core.wording import (
    duration,
    hours,
    ink_on,
    moment,
    plain,
    short_day,
    span,
    subject_line,
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """One message in both its forms."""

    subject: str
    text: str
    html: str


def render(brand: Branding, template: str, facts: Mapping[str, Any]) -> Rendered:
    """Render `template` with the facts it names. Raises UndefinedError when one is missing."""
    names = {**facts, "brand": brand, "ink": ink_on(brand.colour)}
    text = _templates.get_template(f"{template}.txt")
    subject = subject_line("".join(text.blocks["subject"](text.new_context(names))))
    html = _templates.get_template(f"{template}.html").render({**names, "subject": subject})
    return Rendered(subject, text.render(names).strip() + "\n", html)


def render_page(template: str, facts: Mapping[str, Any]) -> str:
    """A page of its own, such as one of the development mailbox, as HTML."""
    return _templates.get_template(template).render(facts)


def _one_line(value: Any) -> Any:
    """What people typed in stays on its line, so that a name cannot write a paragraph of its own."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


_templates = SandboxedEnvironment(
    loader=PackageLoader("kalends.notifications", "templates"),
    autoescape=select_autoescape(["html"], default=False),
    undefined=StrictUndefined,
    finalize=_one_line,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_templates.filters |= {
    "span": lambda booking: span(booking.start, booking.end, booking.zone),
    "span_in": lambda ends, zone: span(ends[0], ends[1], zone),
    "hours": lambda ends, zone: hours(ends.start, ends.end, zone),
    "moment": moment,
    "day": short_day,
    "duration": duration,
}
