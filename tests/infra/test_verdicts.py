"""Our check against the compiler: single edits of templates as they once were, and what it said of each."""

import json
from collections import Counter
from pathlib import Path

from tests.infra.bicep.check import compiler_problems
from tests.infra.bicep.model import Bicep

VERDICTS = json.loads((Path(__file__).parent / "bicep/verdicts.json").read_text())
SOURCES = VERDICTS["sources"]
ESTATE = {path: Bicep.parse(path, source.encode()) for path, source in SOURCES.items()}


def _found(path, start, end, new):
    source = SOURCES[path][:start] + new + SOURCES[path][end:]
    return bool(compiler_problems({**ESTATE, path: Bicep.parse(path, source.encode())}))


def test_what_the_compiler_took_is_not_called_wrong():
    assert compiler_problems(ESTATE) == []


def test_what_the_compiler_says_of_an_edit_is_found(capsys):
    judged = [(verdict, kind, _found(*edit)) for verdict, kind, *edit in VERDICTS["edits"]]
    all_of = Counter(verdict for verdict, *_ in judged)
    found = Counter(verdict for verdict, _, is_found in judged if is_found)
    with capsys.disabled():
        print(  # noqa: T201 (the figures are for people)
            f"\nof the edits that Bicep {VERDICTS['compiler']} was asked about: {found['error']} of {all_of['error']} "
            f"errors and {found['warning']} of {all_of['warning']} warnings found, "
            f"{found['clean']} of {all_of['clean']} clean ones called wrong"
        )

    assert found["error"] >= 0.98 * all_of["error"]
    assert found["warning"] >= 0.90 * all_of["warning"]
    assert [kind for verdict, kind, is_found in judged if verdict == "clean" and is_found] == []
