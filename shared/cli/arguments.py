"""The command line's words, and a help that teaches them."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from .exit_codes import CommandError

_EPILOG = """\
the way it is used:
  interlinked doctor                           is everything in place?
  interlinked plan --out network.plan          what would be changed, and why
  interlinked apply network.plan               exactly that, if nothing has moved since
  interlinked status                           all pairs and how they are
  interlinked explain vnet-myteam-dev-eu       one network, and what to do about it

settings: those of the app, from the environment, over it a file in the form of local.settings.json, over
both the options. Without a hub in them:
  interlinked plan --subscription 00000000-0000-0000-0000-000000000001 --hub swedencentral

login: whatever azure-identity's DefaultAzureCredential finds, such as az login.

without Azure: python -m simulator serve --port 0 --state-dir .simulator --scenario workshop-spokes
  interlinked plan --simulator .simulator --hub swedencentral

exit codes: 0 nothing to do, 1 error, 2 changes due, 3 something needs a person (it wins over 2),
130 interrupted. status, graph and explain end with 0 whenever they could look.
"""

_PLAN = """\
examples:
  interlinked plan
  interlinked plan --out network.plan                for review, and then: interlinked apply network.plan
  interlinked plan --output markdown                 for a pull request or ticket
  interlinked plan --output json | jq '.counts'

+ creates a peering, ~ changes one, - deletes one; each with its reason, and every value from -> to.
Exit code: 0 nothing to do, 2 changes due, 3 something needs a person, 1 error.
"""

_APPLY = """\
examples:
  interlinked apply network.plan     what was reviewed and nothing else; refused if the world has moved
  interlinked apply                  whatever is due now, without a review

It looks again at the end, and says "verified" only of what Azure then reports as it should be. Ctrl-C
finishes pairs that were begun and begins no other; a second one stops at once.
"""

_STATUS = """\
examples:
  interlinked status
  interlinked status --output mermaid                into a wiki
  interlinked status --output json | jq '.counts'    described by docs/schema/status.schema.json
"""

_GRAPH = """\
examples:
  interlinked graph --output network.html            the status page as a file: the map, and a table to search
  interlinked graph --output network.svg
"""

_EXPLAIN = """\
examples:
  interlinked explain vnet-myteam-dev-eu
  interlinked explain /subscriptions/.../virtualNetworks/vnet-myteam-dev-eu    where two are called the same
"""

_DOCTOR = """\
Tries every read that the other commands need, writes nothing, and prints the role assignment that is missing.
"""

_FILES = {".html": "the status page", ".svg": "the map", ".mmd": "Mermaid", ".dot": "Graphviz"}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise CommandError(f"{message}; see {self.prog} --help")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Raises `CommandError` for what is not understood."""
    parser = _Parser(
        prog="interlinked",
        description="Keeps the virtual networks of an Azure subscription peered with their hub.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    common = _common()

    def command(name: str, summary: str, epilog: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            epilog=epilog,
            parents=[common],
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    plan = command("plan", "show what would be changed, and why", _PLAN)
    plan.add_argument(
        "--output", choices=["table", "json", "markdown"], default="table", help="default: table"
    )
    plan.add_argument("--out", type=Path, metavar="FILE", help="save the plan, for apply")
    apply = command("apply", "change what is due, and wait until it is verified", _APPLY)
    apply.add_argument("plan", nargs="?", type=Path, metavar="PLAN", help="a plan saved with plan --out")
    apply.add_argument(
        "--timeout",
        type=_seconds,
        metavar="SECONDS",
        help="how long it may take (default: TIMER_BUDGET_SECONDS)",
    )
    status = command("status", "show all pairs and how they are", _STATUS)
    status.add_argument(
        "--output",
        choices=["table", "json", "markdown", "mermaid", "dot"],
        default="table",
        help="default: table",
    )
    graph = command("graph", "draw hubs and spokes into a file", _GRAPH)
    kinds = ", ".join(f"{suffix} {kind}" for suffix, kind in _FILES.items())
    graph.add_argument(
        "--output", type=_graph_file, required=True, metavar="FILE", help=f"its ending decides: {kinds}"
    )
    explain = command("explain", "tell everything about one network", _EXPLAIN)
    explain.add_argument("vnet", metavar="VNET", help="its name or its ID")
    command("doctor", "check settings, login and rights", _DOCTOR)
    return parser.parse_args(arguments)


def _common() -> _Parser:
    common = _Parser(add_help=False)
    group = common.add_argument_group("settings and login")
    group.add_argument("--settings", type=Path, metavar="FILE", help="in the form of local.settings.json")
    group.add_argument("--subscription", metavar="ID", help="the subscription looked after")
    group.add_argument(
        "--hub", metavar="ID|LOCATION", help="the hub: its resource ID, or the region it lies in"
    )
    group.add_argument("--simulator", type=Path, metavar="DIR", help="a served simulator's state directory")
    group.add_argument(
        "--endpoint", metavar="URL", help="of Azure Resource Manager, or of a served simulator"
    )
    group.add_argument("--ca", type=Path, metavar="FILE", help="the certificate authority to trust for it")
    return common


def _seconds(text: str) -> float:
    if not text.isdecimal() or not 1 <= int(text) <= 86400:
        raise argparse.ArgumentTypeError(f"{text!r}, accepted is a whole number of seconds from 1 to 86400")
    return float(text)


def _graph_file(text: str) -> Path:
    file = Path(text)
    if file.suffix.lower() not in _FILES:
        raise argparse.ArgumentTypeError(f"{text!r}, accepted is a file that ends with {', '.join(_FILES)}")
    return file
