"""Where a cloud's services are, for clients that are told of a cloud by its Resource Manager alone.

The answer has changed its shape twice. The first is what msrestazure 0.6.4 reads, the list what Azure CLI
reads where ARM_CLOUD_METADATA_URL is set, the last what its `az cloud register` reads.
"""

from typing import Any

PATH = "/metadata/endpoints"

_LIST_SINCE, _ONE_SINCE = "2018-01-01", "2022-09-01"
"""The first of these is a guess: 2015-01-01 is known to be flat and 2019-05-01 a list."""


def endpoints(base: str, api_version: str) -> Any:
    """The cloud whose Resource Manager is at `base`; no api-version is taken for the newest."""
    if not api_version:
        return _cloud(base)
    if api_version < _LIST_SINCE:  # "1.0" too, which is what Azure Stack calls it
        return {
            "galleryEndpoint": base,
            "graphEndpoint": base,
            "portalEndpoint": base,
            "authentication": {"loginEndpoint": base, "audiences": [base]},
        }
    return [_cloud(base)] if api_version < _ONE_SINCE else _cloud(base)


def _cloud(base: str) -> dict[str, Any]:
    return {
        "name": "Simulated",
        "resourceManager": base,
        "authentication": {
            "loginEndpoint": base,
            "audiences": [base],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "portal": base,
        "graph": base,
        "graphAudience": base,
        "gallery": base,
        "media": base,
        "batch": base,
        "suffixes": {},
    }
