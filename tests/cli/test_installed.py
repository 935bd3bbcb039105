"""The command line as `pip install` brings it, where there is nothing else: no clone, no extras."""

import ast
import shutil
import subprocess
import sys

import pytest

from tests.cli.test_process import ENVIRON
from tests.simulator.processes import PATIENCE_SECONDS, ROOT, simulator


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """With the wheel and what it says it depends on."""
    source, environment = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("environment") / "venv"
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "shared", source / "shared", ignore=shutil.ignore_patterns("__pycache__"))
    uv("build", "--wheel", "--no-build-isolation", "--python", sys.executable, "--out-dir", source, source)
    uv("venv", "--python", sys.executable, environment)
    (wheel,) = source.glob("*.whl")
    uv("pip", "install", "--python", environment, "--constraint", ROOT / "requirements.txt", wheel)
    return environment


def uv(*words):
    subprocess.run([sys.executable, "-m", "uv", "--quiet", *words], check=True, timeout=PATIENCE_SECONDS)  # noqa: S603 (our own interpreter)


@pytest.fixture(scope="module")
def packages(environment):
    (packages,) = environment.glob("lib/*/site-packages")
    return packages


def test_no_package_has_a_name_that_anybody_may_use(packages):
    top_level = {path.name for path in packages.iterdir() if (path / "__init__.py").is_file()}

    assert "interlinked" in top_level
    assert not {"shared", "simulator", "devhost", "demo", "tests", "infra", "benchmarks"} & top_level


def test_only_what_the_app_alone_imports_is_missing(packages):
    """Read from the code, since commands import most of it only where they need it."""
    foreign = {name for name in imported() if name.partition(".")[0] not in sys.stdlib_module_names}
    files = {name: packages / name.replace(".", "/") for name in foreign}
    missing = {
        name for name, file in files.items() if not (file.is_dir() or file.with_suffix(".py").is_file())
    }

    assert missing == {
        "azure.eventgrid.aio",
        "azure.storage.blob.aio",
        "opentelemetry.metrics",
        "opentelemetry.trace",
    }


def imported():
    for path in (ROOT / "shared").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                yield node.module


def test_it_plans_and_draws(environment, tmp_path):
    """From the packages alone, with the files that pages are made with."""
    environ = {name: value for name, value in ENVIRON.items() if name != "PYTHONPATH"}
    with simulator(tmp_path, "--scenario", "workshop-spokes"):

        def run(*words):
            return subprocess.run(  # noqa: S603 (what was installed above)
                [environment / "bin/interlinked", *words, "--simulator", tmp_path, "--hub", "swedencentral"],
                cwd=tmp_path,
                env=environ,
                capture_output=True,
                text=True,
                timeout=PATIENCE_SECONDS,
                check=False,
            )

        planned, drawn = run("plan"), run("graph", "--output", "map.html")

    assert (planned.returncode, planned.stderr) == (2, "")
    assert "Plan: 4 to create" in planned.stdout
    assert (drawn.returncode, drawn.stderr) == (0, "")
    assert "</html>" in (tmp_path / "map.html").read_text()


def test_it_runs_as_a_module(environment, tmp_path):
    environ = {name: value for name, value in ENVIRON.items() if name != "PYTHONPATH"}
    command = [environment / "bin/python", "-m", "interlinked", "--help"]
    ended = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=True)  # noqa: S603 (what was installed above)
    assert "interlinked" in ended.stdout
