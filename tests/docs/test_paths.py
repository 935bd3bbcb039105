"""Paths and modules that documents, and the code's own comments, name."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP = "shared|simulator|tests|infra|docs|demo|devhost|benchmarks"
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "infra/README.md"]
CODE = [path for top in TOP.split("|") for path in (ROOT / top).rglob("*.py")]
FILES = {path.name for top in TOP.split("|") for path in (ROOT / top).rglob("*.*")} | {
    path.name for path in ROOT.iterdir()
}
READERS_OWN = {"card.json", "main.json", "peer.yml", "peerings.yml", "told.json", "topology.yaml"}
READERS_OWN |= {"local.settings.json", "replay.py", "settings.json"}
"""Files that a reader makes, that a release has, or that lie in storage."""


def missing_paths(text: str) -> list[str]:
    """Those from the top of the repository, as `shared/plan/`; what is generated begins with a dot."""
    found = re.findall(rf"(?<![\w./-])(?:\.\./)*((?:{TOP})/[\w./-]*\w/?)(?![\w*<{{])", text)
    return [path for path in found if not (ROOT / path).exists()]


def missing_modules(text: str) -> list[str]:
    """`simulator.network.refusals`, or what follows `python -m`."""
    found = re.findall(rf"`((?:{TOP})(?:\.[a-z_]+)+)`|python -m ((?:{TOP})(?:\.[a-z_]+)*)\b", text)
    modules = [first or second for first, second in found]
    paths = {module: ROOT / module.replace(".", "/") for module in modules}
    return [
        module
        for module in modules
        if not (paths[module].is_dir() or paths[module].with_suffix(".py").is_file()) and module not in FILES
    ]


def missing_files(text: str) -> list[str]:
    """Names without a folder, as `run_log.py`."""
    named = re.findall(r"`([\w-]+\.(?:py|bicep|yml|yaml|json|toml))`", text)
    return [name for name in named if name not in FILES | READERS_OWN]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_is_there(page):
    text = page.read_text()
    assert [*missing_paths(text), *missing_modules(text), *missing_files(text)] == []


def test_pages_that_the_code_names_are_there():
    named = {
        (str(path.relative_to(ROOT)), page)
        for path in CODE
        for page in re.findall(r"\bdocs/[\w/-]+\.(?:md|json)\b", path.read_text())
    }
    assert len(named) > 5
    assert {(path, page) for path, page in named if not (ROOT / page).exists()} == set()


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("see `shared/plan/`, [here](../shared/plan/rules.py) and shared/model/ids.py.", []),
        ("`.simulator/az`, infra/queries, `shared/model/*`", []),
        ("`shared/door.py`, shared/rooms/", ["shared/door.py", "shared/rooms/"]),
        ("[x](../../tests/planner)", ["tests/planner"]),
        ("`simulator.network.refusals`, `python -m shared plan`", []),
        ("`simulator.gone`, `python -m shared.gone`", ["simulator.gone", "shared.gone"]),
        ("`rules.py` and `brakes.py`", ["brakes.py"]),
    ],
)
def test_slips_are_found(text, missing):
    assert [*missing_paths(text), *missing_modules(text), *missing_files(text)] == missing


def test_the_map_has_every_folder():
    text = (ROOT / "CONTRIBUTING.md").read_text().partition("## Map of the code")[2].partition("\n## ")[0]
    on_the_map = set(re.findall(r"^\| `([\w/.]+)`", text, re.MULTILINE))
    rooms = {path.parent.relative_to(ROOT) for path in (ROOT / "shared").rglob("*.py")}
    assert {f"{room}/" for room in rooms if room.name != "shared"} <= on_the_map
    assert {f"{top}/" for top in TOP.split("|") if top != "shared"} <= on_the_map
