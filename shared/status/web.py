"""What the HTTP triggers answer. Every failure that can be named becomes an answer, none a bare 500."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from shared import bootstrap
from shared.desired import HubError
from shared.network import NetworkError
from shared.schedule import two_periods
from shared.settings import Settings, SettingsError
from shared.status.health import Complaint, complaint_of, late_timer, refused_rights, unread_subscriptions
from shared.status.picture import Picture
from shared.status.views import as_json, dot, markdown, mermaid, page

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_TEXTS = {
    "mermaid": (mermaid.render, "text/plain; charset=utf-8"),
    "dot": (dot.render, "text/vnd.graphviz; charset=utf-8"),
    "markdown": (markdown.render, "text/markdown; charset=utf-8"),
}
_FORMATS = ("json", *_TEXTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    content_type: str
    body: str
    headers: Mapping[str, str] = field(default_factory=lambda: _HEADERS)


async def topology() -> Answer:
    seen = await _look()
    body = page.render(seen) if isinstance(seen, Picture) else page.render_failure(seen, datetime.now(UTC))
    return Answer(
        status=200 if isinstance(seen, Picture) else 503,
        content_type="text/html; charset=utf-8",
        body=body,
        headers={**_HEADERS, "Content-Security-Policy": page.CONTENT_SECURITY_POLICY},
    )


async def status(form: str) -> Answer:
    """`form` is what the query's `format` says, or empty."""
    form = form.lower() or "json"
    if form not in _FORMATS:
        message = f"format: {form!r} is not known, accepted is {', '.join(_FORMATS)}"
        return _json(400, as_json.failure("format", message))
    seen = await _look()
    if isinstance(seen, Complaint):
        return _json(503, as_json.failure(seen.ailment, seen.text, seen.advice))
    if form == "json":
        return _json(200, as_json.status(seen))
    render, content_type = _TEXTS[form]
    return Answer(status=200, content_type=content_type, body=render(seen))


async def health() -> Answer:
    seen = await _look()
    complaints = [seen] if isinstance(seen, Complaint) else list(unread_subscriptions(seen))
    with suppress(SettingsError):  # `_look` has told of them
        complaints += _complaints(bootstrap.settings())
    return _json(503 if complaints else 200, as_json.health(complaints))


def _complaints(settings: Settings) -> list[Complaint]:
    runs = bootstrap.runs()
    found = list(refused_rights(runs.refusals))
    if not runs.is_passing:
        found += late_timer(runs.last_pass, two_periods(settings.reconcile_schedule, datetime.now(UTC)))
    return found


async def _look() -> Picture | Complaint:
    try:
        return await bootstrap.lookout().picture()
    except (SettingsError, HubError, NetworkError) as error:
        return complaint_of(error)


def _json(status: int, value: Mapping[str, object]) -> Answer:
    return Answer(status=status, content_type="application/json; charset=utf-8", body=as_json.text(value))
