"""Telemetry that is off is not even imported."""

import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, logging, sys
from tests.clouds import EU, US
from tests.stories.test_triggers import deployment

async def story():
    async with deployment({settings}) as (_, cloud, host):
        await cloud.workshop()
        assert (await host.invoke("on_schedule")).succeeded
        assert cloud.is_whole(EU, US)

import looptime
loop = looptime.new_event_loop(start=0)
loop.run_until_complete(story())
meters = [each for each in logging.getLogger("interlinked").handlers if type(each).__name__ == "MetricsHandler"]
print(len(meters), any(name.partition(".")[0] == "opentelemetry" for name in sys.modules))
"""


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ("", "0 False"),
        ("PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY='false'", "0 False"),
        ("PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY='true'", "1 True"),
    ],
)
def test_a_pass_imports_it_only_where_it_is_on(settings, found):
    program = PROGRAM.format(settings=settings)
    ended = subprocess.run(  # noqa: S603 (our own interpreter)
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert ended.stdout.splitlines()[-1] == found
