#!/usr/bin/env python3
"""Waits until Azure lists the function that events go to: until then an event subscription is refused.

azd runs it between the code and the events. By hand: python3 infra/wait_for_function.py <resource ID of the app>
"""

from __future__ import annotations

import os
import sys
import time

from azure_cli import AzError, get

FUNCTION = "on_network_event"
VERSION = "2024-11-01"


def main(app: str, most_seconds: float = 300, pause_seconds: float = 10) -> int:
    if app.lower().count("/") != 8 or "/microsoft.web/sites/" not in app.lower():
        print(
            f"{app or 'nothing'} is no resource ID of a function app: deploy the app first, with azd provision core"
        )
        return 1
    print(
        f"waiting until Azure lists {FUNCTION} of {app.rpartition('/')[2]}, up to {most_seconds:.0f} s",
        flush=True,
    )
    until, said = time.monotonic() + most_seconds, ""
    while True:
        try:
            get(f"{app}/functions/{FUNCTION}", VERSION)
        except AzError as error:
            if str(error) != said:
                said = str(error)
                print(f"not yet: {said}", flush=True)
        else:
            print("it is there")
            return 0
        if time.monotonic() + pause_seconds > until:
            print("it did not come: deploy the code with azd deploy, then azd provision events")
            return 1
        time.sleep(pause_seconds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if sys.argv[1:] else os.environ.get("INTERLINKED_FUNCTION_APP_ID", "")))
