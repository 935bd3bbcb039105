"""What the HTTP triggers answer. Every failure that can be named becomes an answer, none a bare 500."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ..config.peering_policy import HubError
from ..config.schedule import two_periods
from ..config.settings import Settings, SettingsError
from ..model.errors import NetworkError
from .health import HealthProblem, problem_of, problems_in, rights_problems, timer_problems
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


@dataclass(frozen=True, slots=True)
class Web:
    """Has functions that build its parts: where settings are wrong they raise, which is an answer, too."""

    settings: Callable[[], Settings]
    service: Callable[[], StatusService]
    run_history: Callable[[], RunHistory]

    async def topology(self) -> Answer:
        found = await self._read()
        return Answer(
            status=503 if isinstance(found, HealthProblem) else 200,
            content_type="text/html; charset=utf-8",
            body=page.render_failure(found, datetime.now(UTC))
            if isinstance(found, HealthProblem)
            else page.render(found),
            headers={**_HEADERS, "Content-Security-Policy": page.CONTENT_SECURITY_POLICY},
        )

    async def status(self, output_format: str) -> Answer:
        """`output_format` is the query's `format`, or empty."""
        output_format = output_format.lower() or "json"
        if output_format not in _FORMATS:
            message = f"format: {output_format!r} is not known, accepted is {', '.join(_FORMATS)}"
            return _json(400, as_json.failure("format", message))
        found = await self._read()
        if isinstance(found, HealthProblem):
            return _json(503, as_json.failure(found.code, found.text, found.advice))
        if output_format == "json":
            return _json(200, as_json.status(found))
        render, content_type = _TEXTS[output_format]
        return Answer(status=200, content_type=content_type, body=render(found))

    async def health(self) -> Answer:
        found = await self._read()
        problems = [found] if isinstance(found, HealthProblem) else list(problems_in(found))
        with suppress(SettingsError):  # `_read` has reported them
            problems += self._problems_of_runs(self.settings())
        return _json(503 if problems else 200, as_json.health(problems))

    def _problems_of_runs(self, settings: Settings) -> list[HealthProblem]:
        runs = self.run_history()
        found = list(rights_problems(runs.refusals))
        if not runs.is_full_pass_running:
            last, allowed = runs.last_pass, two_periods(settings.reconcile_schedule, datetime.now(UTC))
            longest = timedelta(seconds=settings.timer_budget_seconds if last.is_elsewhere else 0)
            found += timer_problems(last, allowed + longest)
        return found

    async def _read(self) -> Snapshot | HealthProblem:
        try:
            return await self.service().snapshot()
        except (SettingsError, HubError, NetworkError) as error:
            return problem_of(error)


def _json(status: int, value: Mapping[str, object]) -> Answer:
    return Answer(status=status, content_type="application/json; charset=utf-8", body=as_json.text(value))
