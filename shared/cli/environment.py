"""The settings of a command: the environment, a file over it, and what the command line says over both."""

import json
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from .exit_codes import CommandError


def merged(options: Namespace, environ: Mapping[str, str]) -> dict[str, str]:
    """Raises `CommandError` where a file cannot be used."""
    found = dict(environ)
    if options.simulator is not None:
        found |= _values(options.simulator / "settings.json", "--simulator")
    if options.settings is not None:
        found |= _values(options.settings, "--settings")
    if options.endpoint is not None:
        found["ARM_ENDPOINT"] = options.endpoint
    if options.ca is not None:
        if not options.ca.is_file():
            raise CommandError(f"--ca {options.ca}: there is no such file")
        found["SSL_CERT_FILE"] = str(options.ca)
        if options.endpoint is not None:
            found["IDENTITY_ENDPOINT"] = f"{options.endpoint.rstrip('/')}/msi/token"
            found["IDENTITY_HEADER"] = "simulated-identity"
    if options.subscription is not None:
        found["AZURE_SUBSCRIPTION_ID"] = options.subscription
    if options.hub is not None:
        is_id = options.hub.startswith("/")
        found["HUB_VNET_ID"], found["HUB_LOCATION"] = (options.hub, "") if is_id else ("", options.hub)
    return found


def _values(file: Path, option: str) -> dict[str, str]:
    """What a file in the form of local.settings.json sets."""
    try:
        values = json.loads(file.read_text(encoding="utf-8"))["Values"]
        return {str(name): str(value) for name, value in values.items()}
    except OSError as error:
        raise CommandError(f"{option}: {file} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CommandError(
            f'{option}: {file} is not in the form of local.settings.json, {{"Values": {{"NAME": "value"}}}}'
        ) from error
