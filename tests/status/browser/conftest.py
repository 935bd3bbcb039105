"""A real browser, where there is one. `CHROMIUM` names it if it is not on PATH."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, sync_playwright

ADDRESS = "https://interlinked.test/api/topology"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For no longer than a module: while Playwright is open, the thread can run no other event loop."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium: apt-get install chromium, or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def show(browser: Browser) -> Iterator[Callable[..., Any]]:
    """Opens an answer of the app as the browser gets it, headers and all, and notes what it asks for and says."""
    contexts: list[BrowserContext] = []

    def show(body: str, headers: Mapping[str, str], *, status: int = 200, **options: Any) -> Any:
        context = browser.new_context(**options)
        contexts.append(context)
        page: Any = context.new_page()
        page.asked, page.said = [], []

        def answer(route: Route) -> None:
            page.asked.append(route.request.url)
            if route.request.url == ADDRESS:
                route.fulfill(status=status, headers=dict(headers), body=body)
            else:
                route.abort()

        context.route("**/*", answer)
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("dialog", lambda dialog: (page.said.append(dialog.message), dialog.dismiss()))
        page.goto(ADDRESS)
        return page

    yield show
    for context in contexts:
        context.close()
