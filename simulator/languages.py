"""Error messages in another language: clients must not depend on their wording.

Azure was seen to answer in German (https://github.com/Azure/data-management-zone/issues/124).
"""

import re
from typing import Any

_IDS = re.compile(r"/subscriptions/[^\s,;:'()]*[^\s,;:'().]")
_GERMAN = {
    "AnotherOperationInProgress": "Für diese oder eine abhängige Ressource wird bereits ein anderer Vorgang ausgeführt.",
    "AuthorizationFailed": "Der Client ist nicht berechtigt, diese Aktion auszuführen.",
    "NotFound": "Die Ressource wurde nicht gefunden.",
    "ReferencedResourceNotProvisioned": "Der Vorgang kann nicht fortgesetzt werden, weil eine verwendete Ressource nicht erfolgreich bereitgestellt ist.",
    "RemotePeeringIsDisconnected": "Das Peering kann nicht erstellt oder aktualisiert werden, weil das Remotepeering getrennt ist.",
    "ResourceNotFound": "Die Ressource wurde in der Ressourcengruppe nicht gefunden.",
    "VnetAddressSpacesOverlap": "Die virtuellen Netzwerke können nicht verbunden werden, weil sich ihre Adressräume überschneiden.",
}
_ANY_GERMAN = "Der Vorgang konnte nicht ausgeführt werden."


def in_german(error: dict[str, Any]) -> dict[str, Any]:
    """The error with its texts translated; the resource IDs in them stay."""
    text = _GERMAN.get(error["code"], _ANY_GERMAN)
    translated = {**error, "message": " ".join([text, *_IDS.findall(error["message"])])}
    if "details" in error:
        translated["details"] = [in_german(detail) for detail in error["details"]]
    return translated
