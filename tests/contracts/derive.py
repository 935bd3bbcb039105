"""The contracts as the code of now has them."""

import json
import re
from argparse import SUPPRESS, Action, ArgumentParser, _HelpAction, _SubParsersAction
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from docs.generate import PAGES
from tests.contracts import shapes, sources, stories
from tests.contracts.contract import SEPARATOR, Contract
from tests.infra import code

_SCHEMAS = Path(__file__).parents[2] / "docs/schema"


def facts() -> Contract:
    if any(each.arg is None for call in code.calls("fact") for each in call.keywords):
        raise ValueError("the fields of a fact that is given as **fields cannot be told")
    told = code.facts()
    return {name: {} for name in told} | {
        SEPARATOR.join((name, field)): {} for name, fields in told.items() for field in fields
    }


def topology_document() -> Contract:
    return shapes.of_schema(json.loads(PAGES["schema/topology.schema.json"]()))


def status() -> Contract:
    """Other tests hold what is answered to the schema, which allows no other keys and needs each."""
    return shapes.of_schema(_schema("status"))


def health() -> Contract:
    """What `/api/health` answers, and any route that cannot; with the codes of both."""
    answers = shapes.of_documents(stories.answers(), shapes.types)
    return answers | {
        SEPARATOR.join(("complaints", "code")): sorted(str(code) for code in sources.HealthCode)
    }


def outcome_events() -> Contract:
    """Each type with its data. Other tests hold what is published to the schema."""
    schema = _schema("outcome-events")
    found: dict[str, Any] = {
        SEPARATOR.join(("CloudEvent", name)): accepted for name, accepted in shapes.of_schema(schema).items()
    }
    for each in schema["oneOf"]:
        properties = each["properties"]
        name = properties["type"]["const"]
        found[name] = {}
        data = shapes.of_schema(properties["data"] | {"$defs": schema["$defs"]})
        found |= {SEPARATOR.join((name, path)): accepted for path, accepted in data.items()}
    return found


def exit_codes() -> Contract:
    """With what `--help` says of them."""
    said = re.search("exit codes: (.*?)\\.", sources.parser().epilog or "", re.DOTALL)
    meanings = dict(re.findall(r"(\d+) ([a-z][^,]*)", said[1] if said else ""))
    return {
        str(int(each)): {"name": each.name, "meaning": meanings[str(int(each))]} for each in sources.ExitCode
    }


def command_line() -> Contract:
    (commands,) = _actions(sources.parser(), _SubParsersAction)
    found: dict[str, Any] = {}
    for name, parser in commands.choices.items():
        found[name] = {}
        for action in _actions(parser, Action):
            if not isinstance(action, _HelpAction):
                words = action.option_strings or [str(action.metavar or action.dest)]
                found[SEPARATOR.join((name, *words))] = dict(_accepted(action))
    return found


def _actions[A: Action](parser: ArgumentParser, kind: type[A]) -> list[A]:
    return [action for action in parser._actions if isinstance(action, kind)]


def _accepted(action: Action) -> Iterator[tuple[str, Any]]:
    if action.choices:
        yield "accepted", list(action.choices)
    if action.default not in (None, SUPPRESS):
        yield "default", str(action.default)
    yield "required", action.required
    yield "values", 1 if action.nargs is None else action.nargs


def settings() -> Contract:
    """As the page says that is made from the code, all tables of it."""
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGES["configure.md"](), re.MULTILINE)
    found: dict[str, Any] = {}
    for name, cells in rows:
        _, *promised = cells.split(" | ")
        found[name] = dict(zip(("accepted", "default"), promised, strict=False))
    return found


def plan_file() -> Contract:
    plans = stories.plans()
    opaque = ("decidedFrom > networks", "pairs > changes > properties")
    (version,) = {plan["version"] for plan in plans}
    return shapes.of_documents(plans, shapes.types, opaque) | {"version": version}


def blobs() -> Contract:
    """Entries by example, so that the form of keys and times is seen too."""
    found: dict[str, Any] = {}
    for blob, content in (
        (sources.ALERTS_BLOB, sources.alerts_blob()),
        (sources.PASS_BLOB, sources.pass_blob()),
    ):
        found[blob] = {"container": sources.CONTAINER}
        fields = shapes.of_documents([json.loads(content)], shapes.examples)
        found |= {SEPARATOR.join((blob, path)): values for path, values in fields.items()}
    return found


def reasons() -> Contract:
    return {str(reason): {"blocks": reason.blocks} for reason in sources.Reason}


def run_outcomes() -> Contract:
    """Of a run: `outcome` of the log, of the status and of blobs."""
    return {str(outcome): {} for outcome in sources.Outcome}


def metrics() -> Contract:
    return {
        metric.name: {
            "kind": str(metric.kind),
            "unit": metric.unit,
            "fact": metric.fact,
            "field": metric.field,
            "attributes": [*metric.by, *([metric.each] if metric.each else [])],
            "only": " ".join(metric.only or ()),
        }
        for metric in sources.METRICS
    }


def _schema(name: str) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = json.loads((_SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return schema


CONTRACTS: Mapping[str, Callable[[], Contract]] = {
    "blobs": blobs,
    "command-line": command_line,
    "exit-codes": exit_codes,
    "facts": facts,
    "health": health,
    "metrics": metrics,
    "outcome-events": outcome_events,
    "run-outcomes": run_outcomes,
    "plan-file": plan_file,
    "reasons": reasons,
    "settings": settings,
    "status": status,
    "topology-document": topology_document,
}
