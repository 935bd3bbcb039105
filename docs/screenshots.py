"""Takes the pictures of `docs/images/` from the running app: `python -m docs.screenshots`."""

import asyncio
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from playwright.async_api import async_playwright

from demo.processes import function_app, port_to_use, simulator
from demo.stories.workshop import HUB_LOCATION

_IMAGES = Path(__file__).parent / "images"
_WIDTH, _HEIGHT = 1280, 900
_SECONDS = 60


async def main() -> int:
    chromium = shutil.which("chromium")
    if chromium is None:
        print("chromium is not on PATH: apt-get install chromium", file=sys.stderr)  # noqa: T201 (a program's words)
        return 1
    with TemporaryDirectory() as folder:
        state, port = Path(folder), port_to_use(0, "--app-port")
        settings = {"HUB_LOCATION": HUB_LOCATION, "RECONCILE_SCHEDULE": "*/5 * * * * *"}
        async with (
            simulator(
                state,
                port=port_to_use(0, "--port"),
                app_port=port,
                scenario="workshop-spokes",
                time_scale=30,
                log=state / "simulator.log",
            ) as azure,
            function_app("devhost", azure, settings, port=port, log=state / "app.log"),
        ):
            api = f"http://localhost:{port}/api"
            await _until_healthy(f"{api}/status")
            await _take(chromium, f"{api}/topology", {"workshop": "light", "workshop-dark": "dark"})
    return 0


async def _until_healthy(url: str) -> None:
    async with asyncio.timeout(_SECONDS), aiohttp.ClientSession() as http:
        while True:
            async with http.get(url) as answer:
                told = await answer.json()
            if told.get("counts", {}).get("healthy") == 2 and told["lastPass"]["outcome"] == "settled":
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
            await page.screenshot(path=_IMAGES / f"{name}.png", full_page=True)
        await browser.close()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
