"""A span for each run and one for each write; the Azure SDK adds those of its requests to them.

Imported only where telemetry is switched on.
"""

from typing import Any

from opentelemetry.trace import Status, StatusCode, Tracer, get_tracer

from ..azure.arm import ArmClient
from ..engine.ports import Accepted
from ..engine.reconciler import Reconciler
from ..engine.report import Report
from ..model.changes import Change
from ..model.errors import NetworkError
from ..model.ids import PeeringId, VnetId


def _tracer() -> Tracer:
    return get_tracer("interlinked")


class TracedArmClient(ArmClient):
    async def apply(self, change: Change) -> Accepted:
        attributes = {"interlinked.peering": str(change.peering), "interlinked.reason": str(change.reason)}
        name = f"{type(change).__name__.lower()} peering"
        with _tracer().start_as_current_span(name, attributes=attributes, record_exception=False) as span:
            try:
                return await super().apply(change)
            except NetworkError as error:
                span.set_attribute("error.type", error.code)
                raise


class TracedReconciler(Reconciler):
    async def reconcile(self, look_at: VnetId | PeeringId | None, **options: Any) -> Report:
        scope = str(look_at or "all")
        with _tracer().start_as_current_span("reconcile", attributes={"interlinked.scope": scope}) as span:
            report = await super().reconcile(look_at, **options)
            span.set_attribute("interlinked.outcome", str(report.outcome))
            span.set_attribute("interlinked.changes", len(report.applied))
            if report.error:
                span.set_attribute("error.type", report.error.code)
                span.set_status(Status(StatusCode.ERROR, report.error.code))
            return report
