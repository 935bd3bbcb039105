"""The deployed package, built and started on its own."""

import json
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from infra.package import ROOT, SITE_PACKAGES, build, files_to_ship
from tests.infra import code
from tests.infra.requirements import pins

_UNCHECKED_HASH = 0b01
"""https://peps.python.org/pep-0552/"""


@pytest.fixture(scope="session")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    build(folder)
    return folder


@pytest.fixture(scope="session")
def started(package, tmp_path_factory):
    """What came of starting it where only the package, the standard library and the host exist."""
    host = tmp_path_factory.mktemp("host")
    shutil.copytree(ROOT / "devhost", host / "devhost")
    script = shutil.copy(Path(__file__).with_name("started.py"), host)
    ended = subprocess.run(  # noqa: S603 (our own interpreter and script)
        [sys.executable, "-I", "-S", script, package, host],
        cwd=host,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ended.stdout.splitlines()[-1]) | {"host": str(host), "log": ended.stdout + ended.stderr}


def test_only_the_app_is_shipped():
    modules = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "shared").rglob("*.*")
        if path.suffix in (".py", ".css", ".js")
    }

    assert (
        set(map(str, files_to_ship(ROOT))) == {"function_app.py", "host.json", "requirements.txt"} | modules
    )


def test_what_lies_about_stays_behind(tmp_path):
    """Secrets and leftovers of a developer's folder."""
    shutil.copy(ROOT / ".funcignore", tmp_path)
    for name in (
        "local.settings.json",
        ".azure/dev/.env",
        ".coverage",
        ".venv/bin/python",
        "shared/__pycache__/arm.pyc",
        "app.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert list(map(str, files_to_ship(tmp_path))) == ["app.py"]


def test_it_brings_what_is_pinned_and_nothing_else(package):
    brought = distributions(path=[str(package / SITE_PACKAGES)])

    assert {canonicalize_name(each.name): each.version for each in brought} == pins("requirements.txt")


def test_it_starts_alone_and_answers_an_event(started):
    assert started["functions"] == sorted(code.functions())
    assert started["outcome"] == "Outcome(error=None, returned=None)"
    assert "reconciled {" in started["log"]


def test_nothing_comes_from_elsewhere(package, started):
    """Neither from this repository nor from what is installed for development."""
    known = (str(package), started["host"], sysconfig.get_path("stdlib"))

    assert [file for file in started["imported_from"] if not file.startswith(known)] == []
    assert str(package / "shared/azure/arm.py") in started["imported_from"]
    assert any(
        file.startswith(f"{package / SITE_PACKAGES}/azure_functions_runtime")
        for file in started["imported_from"]
    )


def test_what_only_looks_does_not_import_what_only_writes(started):
    """It is most of the SDK, in time and memory."""
    assert [file for file in started["imported_from"] if "/azure/mgmt/network/" in file] == []


def test_telemetry_that_is_off_is_shipped_and_not_loaded(package, started):
    libraries = str(package / SITE_PACKAGES)

    assert (package / SITE_PACKAGES / "azure/monitor/opentelemetry").is_dir()
    assert not [
        file
        for file in started["imported_from"]
        if file.startswith((f"{libraries}/opentelemetry/", f"{libraries}/azure/monitor/"))
    ]


def test_it_brings_bytecode_that_no_file_time_can_spoil(package, started, capsys):
    """Instances start from the package, and compiling the SDK takes seconds."""
    sources = {path for path in package.rglob("*.py") if path.is_file()}
    compiled = {
        path.parents[1] / f"{path.name.split('.')[0]}.py": int.from_bytes(path.read_bytes()[4:8], "little")
        for path in package.rglob("__pycache__/*.pyc")
    }
    megabytes = sum(path.stat().st_size for path in package.rglob("*") if path.is_file()) / 1e6
    with capsys.disabled():
        print(  # noqa: T201 (the figures are for people)
            f"\npackage: {megabytes:.0f} MB; indexed in {started['index_seconds']:.2f} s, "
            f"the SDK imported in {started['import_seconds']:.2f} s"
        )

    assert sources <= compiled.keys()
    assert {compiled[source] for source in sources} == {_UNCHECKED_HASH}
