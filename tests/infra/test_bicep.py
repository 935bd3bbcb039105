"""The templates, as far as they can be checked without Azure and without a Bicep compiler."""

import shutil
import subprocess
from random import Random

import pytest

from tests.infra.bicep.check import check
from tests.infra.bicep.handwritten import HANDWRITTEN
from tests.infra.bicep.model import ROOT, Bicep, read_estate
from tests.infra.bicep.schemas import PINNED, schema_of
from tests.infra.mutations import draw


@pytest.fixture(scope="module")
def estate():
    return read_estate()


def test_nothing_is_wrong(estate):
    assert check(estate) == []


def test_every_pinned_type_is_in_use_and_has_its_description(estate):
    used = {each.target for bicep in estate.values() for each in bicep.of("resource").values()}

    assert used == {f"{name}@{version}" for name, version in PINNED.items()}
    assert used == {schema_of(name).name for name in PINNED}
    assert HANDWRITTEN.keys() <= PINNED.keys()


@pytest.mark.parametrize(
    ("each", "of"),
    [pytest.param(15, [], id="of every kind"), pytest.param(150, ["any character"], id="of any character")],
)
def test_single_faults_are_found(estate, capsys, each, of):
    """Proves the check itself: a check that finds nothing would pass as well."""
    drawn = draw(estate, Random(6), each, of)
    missed = []
    for mutation in drawn:
        source = mutation.of((ROOT / mutation.path).read_bytes())
        if not check({**estate, mutation.path: Bicep.parse(mutation.path, source)}):
            missed.append(mutation)
    with capsys.disabled():
        found = len(drawn) - len(missed)
        print(  # noqa: T201 (the figure is for people)
            f"\n{found} of {len(drawn)} faults ({', '.join(of) or 'every kind'}) found in the templates, {found / len(drawn):.1%}"
        )

    assert len(drawn) >= 150
    assert len(missed) / len(drawn) <= 0.02, missed


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        pytest.param(
            "infra/modules/storage.bicep",
            b"'Standard_ZRS' : 'Standard_LRS'",
            b"'Standard_LRS' : 'Standard_ZRS'",
            id="another SKU",
        ),
        pytest.param(
            "infra/modules/lock.bicep",
            b", notes: 'Remove this lock before uninstalling.'",
            b"",
            id="optional",
        ),
        pytest.param("infra/modules/role-definition.bicep", b"roles", b"choices", id="another name"),
        pytest.param(
            "infra/main.bicep", b"Region of the app", b"Where the app runs", id="another description"
        ),
    ],
)
def test_sound_changes_pass(estate, path, old, new):
    source = (ROOT / path).read_bytes()
    changed = source.replace(old, new).replace(b"'../choices/", b"'../roles/")

    assert changed != source
    assert check({**estate, path: Bicep.parse(path, changed)}) == []


@pytest.mark.skipif(shutil.which("bicep") is None, reason="the Bicep compiler is not on PATH; CI has it")
@pytest.mark.parametrize(
    "path",
    [
        "infra/main.bicep",
        "infra/events/main.bicep",
        "infra/modules/hubs.bicep",
        "infra/modules/spokes.bicep",
        "infra/fleet/roles.bicep",
    ],
)
def test_the_compiler_agrees(path):
    for command in ("lint", "build"):
        arguments = ["--stdout"] if command == "build" else []
        answer = subprocess.run(  # noqa: S603 (the compiler on our own file)
            [shutil.which("bicep"), command, *arguments, ROOT / path],
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr
