"""What the HTTP triggers answer. Every failure that can be named becomes an answer, none a bare 500."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ..config.peering_policy import HubError
from ..config.schedule import two_periods
from ..config.settings import Settings, SettingsError
from ..model.errors import NetworkError
from .health import HealthProblem, late_timer, problem_of, refused_rights, unread, untold
from .run_history import RunHistory
from .service import StatusService
from .snapshot import Snapshot
from .views import as_json, dot, markdown, mermaid, page

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


class Web:
    """Is given how to get at its parts, as the settings that they need may be wrong: that is an answer, too."""

    def __init__(
        self,
        settings: Callable[[], Settings],
        service: Callable[[], StatusService],
        run_history: Callable[[], RunHistory],
    ) -> None:
        self._settings = settings
        self._service = service
        self._run_history = run_history

    async def topology(self) -> Answer:
        seen = await self._look()
        return Answer(
            status=503 if isinstance(seen, HealthProblem) else 200,
            content_type="text/html; charset=utf-8",
            body=page.render_failure(seen, datetime.now(UTC))
            if isinstance(seen, HealthProblem)
            else page.render(seen),
            headers={**_HEADERS, "Content-Security-Policy": page.CONTENT_SECURITY_POLICY},
        )

    async def status(self, form: str) -> Answer:
        """`form` is what the query's `format` says, or empty."""
        form = form.lower() or "json"
        if form not in _FORMATS:
            message = f"format: {form!r} is not known, accepted is {', '.join(_FORMATS)}"
            return _json(400, as_json.failure("format", message))
        seen = await self._look()
        if isinstance(seen, HealthProblem):
            return _json(503, as_json.failure(seen.ailment, seen.text, seen.advice))
        if form == "json":
            return _json(200, as_json.status(seen))
        render, content_type = _TEXTS[form]
        return Answer(status=200, content_type=content_type, body=render(seen))

    async def health(self) -> Answer:
        seen = await self._look()
        problems = [seen] if isinstance(seen, HealthProblem) else [*unread(seen.notes), *untold(seen.untold)]
        with suppress(SettingsError):  # `_look` has reported them
            problems += self._problems_of_runs(self._settings())
        return _json(503 if problems else 200, as_json.health(problems))

    def _problems_of_runs(self, settings: Settings) -> list[HealthProblem]:
        runs = self._run_history()
        found = list(refused_rights(runs.refusals))
        if not runs.is_passing:
            last, allowed = runs.last_pass, two_periods(settings.reconcile_schedule, datetime.now(UTC))
            longest = timedelta(seconds=settings.timer_budget_seconds if last.is_elsewhere else 0)
            found += late_timer(last, allowed + longest)
        return found

    async def _look(self) -> Snapshot | HealthProblem:
        try:
            return await self._service().snapshot()
        except (SettingsError, HubError, NetworkError) as error:
            return problem_of(error)


def _json(status: int, value: Mapping[str, object]) -> Answer:
    return Answer(status=status, content_type="application/json; charset=utf-8", body=as_json.text(value))
