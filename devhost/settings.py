"""host.json and local.settings.json, and how the latter becomes the app's environment.

Rules: https://learn.microsoft.com/azure/azure-functions/functions-host-json and
https://github.com/Azure/azure-functions-core-tools, `src/Cli/func/Common/AppSettingsFile.cs` and
`src/Cli/func/Actions/HostActions/StartHostAction.cs`.
"""

import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from devhost.errors import StartError

logger = logging.getLogger(__name__)

DEFAULT_PORT = 7071
DEFAULT_TIMEOUT_SECONDS = 30.0 * 60
"""Of every plan but the old Consumption plan, and of `func start`."""

_TIME_SPAN = re.compile(r"(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostJson:
    """What this host understands of host.json."""

    route_prefix: str = "api"
    timeout_seconds: float | None = DEFAULT_TIMEOUT_SECONDS
    has_extension_bundle: bool = False

    @classmethod
    def read(cls, file: Path) -> "HostJson":
        if not file.is_file():
            raise StartError(f"{file}: not found; a function app has a host.json")
        document = _read_object(file)
        if document.get("version") != "2.0":
            raise StartError(f'{file}: "version" must be "2.0"')
        http = _section(_section(document, "extensions", file), "http", file)
        return cls(
            route_prefix=str(http.get("routePrefix", "api")).strip("/"),
            timeout_seconds=_timeout_seconds(document.get("functionTimeout"), file),
            has_extension_bundle="extensionBundle" in document,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSettings:
    """What this host understands of local.settings.json."""

    values: Mapping[str, str] = field(default_factory=dict)
    port: int = DEFAULT_PORT

    @classmethod
    def of_app(cls, app_folder: Path, file: Path | None = None) -> "LocalSettings":
        """From the given file, or else from the app's own local.settings.json, which need not exist."""
        own_file = app_folder / "local.settings.json"
        if file is None and not own_file.exists():
            return cls()
        return cls.read(file or own_file)

    @classmethod
    def read(cls, file: Path) -> "LocalSettings":
        document = _read_object(file)
        values = _section(document, "Values", file)
        for name, value in values.items():
            if not isinstance(value, str | None):
                raise StartError(f'{file}: "Values" is flat and holds text: write {name} as a string')
        if values and document.get("IsEncrypted", True):
            raise StartError(f'{file}: needs "IsEncrypted": false; encrypted settings cannot be read here')
        port = _section(document, "Host", file).get("LocalHttpPort", DEFAULT_PORT)
        if not isinstance(port, int):
            raise StartError(f'{file}: "LocalHttpPort" must be a number')
        return cls(values={name: value for name, value in values.items() if value is not None}, port=port)


@contextmanager
def app_environment(app_folder: Path, values: Mapping[str, str], port: int) -> Iterator[None]:
    """Adds the settings to the process environment for a while. A variable that is set and not empty wins."""
    wanted = dict(values) | {
        "AZURE_FUNCTIONS_ENVIRONMENT": "Development",
        "WEBSITE_HOSTNAME": f"localhost:{port}",
        "AzureWebJobsScriptRoot": str(app_folder.resolve()),
    }
    before = {name: os.environ.get(name) for name in wanted}
    for name, value in wanted.items():
        if not before[name]:
            os.environ[name] = value
        elif name in values and before[name] != value:
            logger.info("Skipping '%s' from the local settings: the environment already sets it", name)
    try:
        yield
    finally:
        for name, former in before.items():
            if former is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = former


def resolve(text: str, environ: Mapping[str, str]) -> str:
    """Replaces each `%NAME%` by that setting."""

    def value_of(match: re.Match[str]) -> str:
        if (value := environ.get(match[1])) is None:
            raise ValueError(f"{match[0]} does not resolve to a value: there is no such setting")
        return value

    return re.sub("%([^%]*)%", value_of, text)


def is_disabled(function_name: str, environ: Mapping[str, str]) -> bool:
    """Linux shells cannot set names with dots, hence the second spelling."""
    names = (f"AzureWebJobs.{function_name}.Disabled", f"AzureWebJobs_{function_name}_Disabled")
    return any(environ.get(name, "").lower() in {"true", "1"} for name in names)


def _read_object(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise StartError(f"{file}: {error.strerror}") from error
    except ValueError as error:
        raise StartError(f"{file}: not valid JSON: {error}") from error
    if not isinstance(document, dict):
        raise StartError(f"{file}: must hold a JSON object")
    return document


def _section(document: Mapping[str, Any], name: str, file: Path) -> dict[str, Any]:
    section = document.get(name, {})
    if not isinstance(section, dict):
        raise StartError(f'{file}: "{name}" must be a JSON object')
    return section


def _timeout_seconds(value: object, file: Path) -> float | None:
    match value:
        case None:
            return DEFAULT_TIMEOUT_SECONDS
        case "-1" | -1:
            return None
        case str() if parts := _TIME_SPAN.fullmatch(value):
            days, hours, minutes, seconds = (int(part or 0) for part in parts.groups())
            return float(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
        case _:
            raise StartError(f'{file}: "functionTimeout" is "HH:MM:SS" or "-1", not {value!r}')
