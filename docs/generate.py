"""Writes the pages that are made from the code: `python -m docs.generate`."""

import json
from collections.abc import Iterator
from pathlib import Path

from docs.configure_page import configure
from docs.markdown import table
from docs.operate_page import operate
from docs.terraform_page import terraform_module
from shared.classify.verdicts import Verdict
from shared.config.document.fields import walk
from shared.config.document.schema import TOPOLOGY, json_schema
from shared.model.error_codes import CODES
from shared.model.reasons import Reason
from shared.plan.rules import RULES, HalfState, Rule

FOLDER = Path(__file__).parent

_DRIFT = (
    (
        Reason.FAILED,
        "the half whose last write failed",
        "The same write again; nothing else ends that state.",
    ),
    (
        Reason.OPTIONS_DIFFER,
        "the half with the other options",
        "Everything Azure reports of it goes along, so what is not managed here stays.",
    ),
    (
        Reason.GATEWAY_USE,
        "the hub's half, then the spoke's; the other way round when use ends",
        "Azure refuses use of a gateway that is not offered.",
    ),
    (
        Reason.OUT_OF_SYNC,
        "the half that reports LocalNotInSync, or both",
        "Writing the other one succeeds and changes nothing.",
    ),
)


def peering_states() -> str:
    """The decision table, for `docs/peering-states.md`."""
    return "\n".join(_peering_states()) + "\n"


def _peering_states() -> Iterator[str]:
    yield "# What is written in which state, and why"
    yield ""
    yield "This page is made from `shared/plan/rules.py`, `shared/model/reasons.py` and `shared/model/error_codes.py` by `make docs`."
    yield ""
    yield "## The two halves of a pair"
    yield ""
    yield "The first row that fits decides. A half is absent, or as Azure's `peeringState` says; *for an earlier"
    yield "network* means that its `resourceGuid` belongs to a network that was deleted and created anew since."
    yield "A half that is already under way is waited for, and both may be written beside each other where Azure"
    yield "takes that. Writes always ask Azure to take over the remote's address space."
    yield ""
    yield from table(
        ("hub's half", "spoke's half", "reason", "writes, in this order", "why"),
        ((_halves(rule.hub), _halves(rule.spoke), _reason(rule), _steps(rule), rule.why) for rule in RULES),
    )
    yield ""
    yield "Rows marked *after failure* are used once a write for the same reason was refused or changed nothing:"
    yield "what Azure answers there is documented nowhere, so the gentler way is tried first, once."
    yield ""
    yield "## Halves that are there and not as wanted"
    yield ""
    yield "These come on top of the row above, each half written at most once more than the row does."
    yield ""
    yield from table(
        ("reason", "when", "writes", "why"),
        ((f"`{reason}`", reason.meaning, writes, why) for reason, writes, why in _DRIFT),
    )
    yield ""
    yield "## Every reason"
    yield ""
    yield "Reasons that *block* need a person: the pair is left as it is until something changes."
    yield ""
    yield from table(
        ("code", "meaning", "blocks", "what to do"),
        (
            (f"`{reason}`", reason.meaning, "yes" if reason.blocks else "", reason.advice or "")
            for reason in Reason
        ),
    )
    yield ""
    yield "## Azure's error codes"
    yield ""
    yield "How an answer of Azure's is sorted, by its code alone: texts are localized, and one status can mean"
    yield "several things. A code that is not listed needs a person, except that a status of 408 or 5xx without"
    yield "one counts as `unavailable` and 429 as `throttled`."
    yield ""
    yield from table(
        ("code", "sorted as", "what to do"),
        ((f"`{code}`", f"`{known.kind}`", known.advice or "") for code, known in sorted(CODES.items())),
    )
    yield ""
    yield "## To add a rule"
    yield ""
    yield "Add the row to `RULES` above every row that would catch its states, a `Reason` if none says why, and run"
    yield "`make docs` and `make test`: the search in `tests/plan` compares the new way with the fewest writes"
    yield "Azure's rules allow, in every state that can be reached."


def topology_fields() -> str:
    """Every key of a topology document and every verdict, for `docs/topology-fields.md`."""
    return "\n".join(_topology_fields()) + "\n"


def _topology_fields() -> Iterator[str]:
    yield "# The topology document, key by key"
    yield ""
    yield "This page is made from `shared/config/document/schema.py` and `shared/classify/verdicts.py` by `make docs`, and so is"
    yield "[the JSON Schema](schema/topology.schema.json). What they are for: [Topology](topology.md)."
    yield ""
    yield from table(
        ("key", "meaning", "accepted", "default"),
        (
            (
                f"`{path}`" + (" *" if key.required else ""),
                key.meaning,
                key.type.accepted.replace("<", "&lt;"),
                _default(key.default),
            )
            for path, key in walk(TOPOLOGY)
        ),
    )
    yield ""
    yield "Keys with * are needed."
    yield ""
    yield "## What a network can be"
    yield ""
    yield from table(
        ("code", "the network is", "because", "needs a person"),
        (
            (
                f"`{verdict}`",
                verdict.role.replace("-", " "),
                verdict.meaning,
                "yes" if verdict.needs_a_person else "",
            )
            for verdict in Verdict
        ),
    )


def _default(value: str | int | None) -> str:
    return "" if value is None else f"`{json.dumps(value).strip('"')}`"


def topology_schema() -> str:
    return json.dumps(json_schema(), indent=2) + "\n"


PAGES = {
    "configure.md": configure,
    "operate.md": operate,
    "peering-states.md": peering_states,
    "topology-fields.md": topology_fields,
    "schema/topology.schema.json": topology_schema,
    "../infra/terraform/README.md": terraform_module,
}


def _halves(halves: frozenset[HalfState]) -> str:
    return (
        "any" if halves == frozenset(HalfState) else " or ".join(half for half in HalfState if half in halves)
    )


def _reason(rule: Rule) -> str:
    return f"`{rule.reason}`" + (", *after failure*" if rule.after_failure else "")


def _steps(rule: Rule) -> str:
    return ", ".join(rule.steps) or "none"


if __name__ == "__main__":
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
