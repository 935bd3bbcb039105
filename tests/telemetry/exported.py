"""Plays the story with telemetry on, as the worker configures it, and prints what reaches Application Insights.

Run as a script: the distribution sets providers for the whole process, and has threads of its own.
"""

import asyncio
import gzip
import json
import logging
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import looptime

from tests.clouds import EU, HUB, US
from tests.stories.test_triggers import deployment

KEY = "55555555-5555-5555-5555-555555555555"


class Ingestion(BaseHTTPRequestHandler):
    """Takes whatever is sent. https://learn.microsoft.com/azure/azure-monitor/app/connection-strings"""

    taken: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        items = json.loads(body)
        if self.path.endswith("/track"):
            self.taken.extend(items)
        answer = json.dumps({"itemsReceived": len(items), "itemsAccepted": len(items), "errors": []}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Not on the console."""


async def story(endpoint: str) -> None:
    settings = {
        "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY": "True",
        "PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME": "interlinked",
        "APPLICATIONINSIGHTS_CONNECTION_STRING": f"InstrumentationKey={KEY};IngestionEndpoint={endpoint};"
        f"LiveEndpoint={endpoint}",
        "APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true",
    }
    async with deployment(**settings) as (azure, cloud, host):
        await cloud.workshop()
        await asyncio.sleep(60)
        azure.losses.lose_all()
        cloud.delete_half(US, HUB)
        await asyncio.sleep(60)
        assert (await host.invoke("on_schedule")).succeeded
        assert cloud.is_whole(EU, US)


def main() -> None:
    logging.getLogger().setLevel(logging.INFO)  # as the worker has it
    server = ThreadingHTTPServer(("127.0.0.1", 0), Ingestion)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    looptime.new_event_loop(start=0).run_until_complete(story(f"http://127.0.0.1:{server.server_port}"))

    from opentelemetry import _logs, metrics, trace

    providers: tuple[Any, ...] = (
        metrics.get_meter_provider(),
        trace.get_tracer_provider(),
        _logs.get_logger_provider(),
    )
    for provider in providers:
        provider.force_flush()
    sys.stdout.write(json.dumps(Ingestion.taken))


if __name__ == "__main__":
    main()
