"""Takes the pictures of `docs/images/` from the running app: `python -m docs.screenshots`."""

import asyncio
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from playwright.async_api import async_playwright

from demo.processes import App, function_apps, port_to_use, simulator
from demo.scenarios import SCENARIOS, Scenario

_IMAGES = Path(__file__).parent / "images"
_WIDTH, _HEIGHT = 1280, 900
_SECONDS = 60
_SCHEMES: Mapping[str, Mapping[str, str]] = {
    "workshop": {"workshop": "light", "workshop-dark": "dark"},
    "two-regions": {"two-regions": "light"},
    "landing-zone": {"landing-zone": "light"},
}
"""Files and colours, by scenario."""


async def main() -> int:
    chromium = shutil.which("chromium")
    if chromium is None:
        print("chromium is not on PATH: apt-get install chromium", file=sys.stderr)  # noqa: T201 (a program's words)
        return 1
    for scenario in SCENARIOS.values():
        await _scenario(scenario, chromium)
    return 0


async def _scenario(scenario: Scenario, chromium: str) -> None:
    """Of several deployments the first one's page is taken, once all have settled."""
    with TemporaryDirectory() as folder:
        state = Path(folder)
        apps = [
            App(
                port=port_to_use(0, "--app-port"),
                subscription=subscription,
                settings={"RECONCILE_SCHEDULE": "*/5 * * * * *", **settings},
                log=state / "app.log",
            )
            for subscription, settings in scenario.deployments.items()
        ]
        async with (
            simulator(
                state,
                port=port_to_use(0, "--port"),
                apps=apps,
                scenario="workshop-spokes" if scenario.name == "workshop" else scenario.begins_with,
                time_scale=30,
                log=state / "simulator.log",
            ) as azure,
            function_apps("devhost", azure, apps),
        ):
            for app in apps:
                await _until_settled(f"http://localhost:{app.port}/api/status")
            await _take(chromium, f"http://localhost:{apps[0].port}/api/topology", _SCHEMES[scenario.name])


async def _until_settled(url: str) -> None:
    async with asyncio.timeout(_SECONDS), aiohttp.ClientSession() as http:
        while True:
            async with http.get(url) as answer:
                answered = await answer.json()
            counts = {health: count for health, count in answered.get("counts", {}).items() if count}
            if (
                "healthy" in counts
                and counts.keys() <= {"healthy", "left-alone"}
                and answered["lastPass"]["outcome"] == "settled"
            ):
                return
            await asyncio.sleep(1)


async def _take(chromium: str, url: str, schemes: Mapping[str, str]) -> None:
    _IMAGES.mkdir(exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, scheme in schemes.items():
            page = await browser.new_page(
                viewport={"width": _WIDTH, "height": _HEIGHT},
                color_scheme="dark" if scheme == "dark" else "light",
            )
            await page.goto(url)
            if not name.startswith("workshop"):  # the maps show it; the table is long
                await page.evaluate(
                    "document.querySelectorAll('#table, footer').forEach(one => one.remove())"
                )
            await page.screenshot(path=_IMAGES / f"{name}.png", full_page=True)
        await browser.close()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
