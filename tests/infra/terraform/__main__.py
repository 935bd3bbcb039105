"""`make terraform`: the module with the real tool and provider, its examples planned against the simulated Azure."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from docs.terraform_module import MODULE
from simulator.directory import TENANT

_HUB = (
    "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg-hub"
    "/providers/Microsoft.Network/virtualNetworks/vnet-hub"
)
_VARIABLES = {
    "TF_VAR_package_uri": "https://example.com/interlinked.zip",
    "TF_VAR_hub_vnet_id": _HUB,
    "TF_VAR_role_definition_ids": json.dumps(
        {
            mode: f"/providers/Microsoft.Authorization/roleDefinitions/00000000-0000-0000-0000-{number:012}"
            for number, mode in enumerate(("audit", "enforce"))
        }
    ),
    "TF_VAR_subscriptions": json.dumps(
        {
            "team-a": {"id": "00000000-0000-0000-0000-000000000001"},
            "team-b": {"id": "00000000-0000-0000-0000-000000000002", "mode": "enforce"},
        }
    ),
}
"""What the examples ask for."""


class FailedError(Exception):
    """What the tool said."""


class MissingError(Exception):
    """A provider that the tool does not find."""


def main() -> int:
    tool = shutil.which("tofu") or shutil.which("terraform")
    if tool is None:
        print("neither tofu nor terraform is on PATH: nothing was run")
        return 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        module = shutil.copytree(MODULE.parent, folder / "infra") / MODULE.name
        environment = {**os.environ, **_overrides(folder), "TF_IN_AUTOMATION": "1"}
        try:
            _run(tool, module, environment, "fmt", "-check", "-diff", "-recursive")
            _run(tool, module, environment, "validate")
            _run(tool, module, environment, "test")
            with _simulator(folder) as azure:
                for example in sorted((module / "examples").iterdir()):
                    _plan(tool, example, environment | azure)
        except MissingError as missing:
            print(
                f"left out: what comes after, as {missing} is neither on PATH nor in a development override"
            )
        except FailedError as failed:
            print(failed)
            return 1
    return 0


def _overrides(folder: Path) -> dict[str, str]:
    """Providers on PATH are used as they are; without any, the user's own configuration counts."""
    found = {
        source: Path(path).parent
        for source in ("Azure/azapi", "hashicorp/azurerm")
        if (path := shutil.which(f"terraform-provider-{source.partition('/')[2]}"))
    }
    if not found:
        return {}
    lines = [f'    "{source}" = "{path}"' for source, path in found.items()]
    file = folder / "cli.tfrc"
    file.write_text(
        "\n".join(["provider_installation {", "  dev_overrides {", *lines, "  }", "  direct {}", "}", ""])
    )
    return {"TF_CLI_CONFIG_FILE": str(file)}


def _plan(tool: str, example: Path, environment: Mapping[str, str]) -> None:
    try:
        _run(tool, example, environment, "get")
        _run(tool, example, environment, "validate")
        _run(tool, example, {**environment, **_VARIABLES}, "plan", "-input=false", "-lock=false")
    except MissingError as missing:
        if str(missing) == "azapi":
            raise
        print(f"left out: the plan of {example.name}, as {missing} is not there")


def _run(tool: str, folder: Path, environment: Mapping[str, str], *command: str) -> None:
    ended = subprocess.run(  # noqa: S603 (the tool on our own files)
        [tool, *command, *([] if command[0] in ("fmt", "get") else ["-no-color"])],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    said = ended.stdout
    if ended.returncode:
        for provider in ("azurerm", "azapi"):
            if "issing required provider" in said and f"/{provider}" in said:
                raise MissingError(provider)
        raise FailedError(f"{said}\nfailed: {' '.join(command)} in {folder.name}")
    summary = [line for line in said.splitlines() if line.startswith(("Plan:", "Success!"))]
    print(f"{' '.join(command)} in {folder.name}: {summary[-1] if summary else 'fine'}", flush=True)


@contextmanager
def _simulator(folder: Path) -> Iterator[dict[str, str]]:
    """A served one, and the settings with which azapi takes it for Azure."""
    state = folder / "state"
    command = [sys.executable, "-m", "simulator", "serve", "--port", "0", "--state-dir", str(state)]
    with subprocess.Popen(command, cwd=MODULE.parents[1], stdout=subprocess.DEVNULL) as served:  # noqa: S603
        try:
            while not (state / "endpoint").exists():
                if served.poll() is not None:
                    raise FailedError("the simulated Azure has not started")
                time.sleep(0.1)
            settings = json.loads((state / "settings.json").read_text())["Values"]
            endpoint = settings["ARM_ENDPOINT"]
            yield {
                "ARM_RESOURCE_MANAGER_ENDPOINT": endpoint,
                "ARM_RESOURCE_MANAGER_AUDIENCE": endpoint,
                "ARM_ACTIVE_DIRECTORY_AUTHORITY_HOST": endpoint,
                "ARM_DISABLE_INSTANCE_DISCOVERY": "true",
                "ARM_SKIP_PROVIDER_REGISTRATION": "true",
                "ARM_SUBSCRIPTION_ID": settings["AZURE_SUBSCRIPTION_ID"],
                "ARM_TENANT_ID": TENANT,
                "ARM_USE_CLI": "false",
                "ARM_USE_MSI": "true",
                **{
                    name: settings[name] for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "SSL_CERT_FILE")
                },
            }
        finally:
            served.terminate()


if __name__ == "__main__":
    sys.exit(main())
