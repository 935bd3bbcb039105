"""The status page in a real browser."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import looptime
import pytest
from axe_playwright_python.sync_playwright import Axe

from shared.status.snapshot import Health
from shared.status.views import page as page_view
from tests.clouds import EU, HUB, US
from tests.pictures import beside_the_hubs, hub, network, of_every_health, of_many, snapshot, spoke
from tests.status.browser.conftest import ADDRESS
from tests.status.test_web import get
from tests.status.views.test_hostile import HOSTILE, hostile_spoke
from tests.stories.test_triggers import deployment

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": page_view.CONTENT_SECURITY_POLICY,
}


def play(scenario):
    """In a thread of its own, since Playwright has this one."""

    def run():
        with asyncio.Runner(loop_factory=looptime.new_event_loop) as runner:
            return runner.run(scenario())

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


def draw(show, *hubs, **options):
    return show(page_view.render(snapshot(*hubs)), HEADERS, **options)


def test_the_workshop_from_trigger_to_screen(show):
    async def scenario():
        async with deployment() as (azure, cloud, host):
            await cloud.workshop()
            cloud.vnet("vnet-clash", "eastus2", "10.0.5.0/24", tags={"owner": "<img src=x onerror=alert(1)>"})
            await asyncio.sleep(30)
            azure.losses.lose_all()
            cloud.delete_half(EU, HUB)
            await asyncio.sleep(15)
            return await get(host, "topology")

    answer = play(scenario)
    page = show(answer.body, answer.headers)

    assert (
        page.get_by_role("heading", level=1).inner_text() == "3 spokes: 1 in trouble, 1 changing, 1 healthy"
    )
    titles = page.locator("svg.map a title").evaluate_all("all => all.map(each => each.textContent)")
    assert sorted(titles) == [
        "vnet-clash, eastus2, 10.0.5.0/24: in trouble",
        f"{EU}, westeurope, 10.0.4.0/22: changing",
        f"{US}, eastus2, 10.0.8.0/22: healthy",
    ]
    halves = page.locator("svg.map g.half title").evaluate_all("all => all.map(each => each.textContent)")
    assert sorted(halves) == [
        "Connected, FullyInSync",
        "Connected, FullyInSync",
        "Disconnected, RemoteNotInSync",
        "absent",
        "absent",
        "absent",
    ]
    assert page.get_by_text("overlap").first.is_visible()
    assert page.get_by_text("<img src=x onerror=alert(1)>").is_visible()
    assert (page.asked, page.said) == ([ADDRESS], [])


def test_every_state_has_a_shape_and_a_word_of_its_own(show):
    page = draw(show, hub(*of_every_health()))

    drawn = page.locator("svg.map a").evaluate_all(
        "all => all.map(a => [a.querySelector('use').getAttribute('href'), a.querySelector('title').textContent])"
    )
    assert {(mark, title.rpartition(": ")[2]) for mark, title in drawn} == {
        (f"#mark-{health}", health.words) for health in Health
    }
    shapes = page.evaluate("() => [...document.querySelectorAll('.mark')].map(mark => mark.innerHTML)")
    assert len(set(shapes)) == len(Health)


def rows(page):
    return page.locator("tbody tr:visible th bdi:first-child").all_inner_texts()


def test_search_and_filters_narrow_the_table_and_the_map(show):
    page = draw(show, hub(*of_every_health(), spoke("vnet-far", network=network("vnet-far", "japaneast"))))
    assert len(rows(page)) == 9

    page.get_by_label("Search").fill("VNET westeurope overlap")
    assert rows(page) == ["vnet-trouble"]
    assert page.get_by_role("status").inner_text() == "1 of 9 shown"
    assert page.locator(".spoke:not(.dim) a title").evaluate_all("all => all.map(t => t.textContent)") == [
        "vnet-trouble, westeurope, 10.0.4.0/22: in trouble"
    ]

    page.get_by_label("Search").fill("")
    page.get_by_role("combobox", name="State").select_option("healthy")
    assert rows(page) == ["vnet-healthy", "vnet-far"]
    page.get_by_role("combobox", name="Region").select_option("japaneast")
    assert rows(page) == ["vnet-far"]
    page.get_by_role("combobox", name="State").select_option("unknown")
    assert rows(page) == []
    assert page.said == []


def test_without_its_script_all_is_shown(show):
    page = draw(show, hub(*of_every_health()), java_script_enabled=False)

    assert page.locator("form").is_hidden()
    assert page.locator("tbody tr").count() == 8


def test_a_keyboard_gets_from_the_map_to_the_row(show):
    page = draw(show, hub(*of_every_health()))
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to the table"
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.getAttribute('aria-label')") == "Map of vnet-hub"
    page.keyboard.press("Tab")
    focused = page.evaluate("() => document.activeElement.querySelector('title').textContent")
    page.keyboard.press("Enter")

    name = page.locator("tr:target th bdi").first.inner_text()
    assert focused.startswith(f"{name}, ")


@pytest.mark.parametrize("times", [pytest.param(1, id="few"), pytest.param(4, id="many")])
def test_hostile_names_do_nothing(show, times):
    page = draw(show, hub(*[hostile_spoke(text) for text in HOSTILE] * times))
    for text in HOSTILE[:-2]:
        page.get_by_label("Search").fill(text)

    assert (page.asked, page.said) == ([ADDRESS], [])
    assert page.locator("img, iframe, object, embed, link, base").count() == 0
    assert page.locator("tbody tr").count() == times * len(HOSTILE)


def test_the_policy_would_stop_what_escaping_lets_through(show):
    """The second lock works alone: markup that is let in on purpose neither runs nor loads anything."""
    bad = "<script>document.title='run'</script><img src='https://evil.example/x' onerror=\"document.title='run'\">"
    html = page_view.render(snapshot(hub(spoke()))).replace("</h1>", f"</h1>{bad}")
    page = show(html, HEADERS)

    assert page.title() == "The one spoke is healthy · Interlinked"
    assert page.asked == [ADDRESS]
    assert any("Content Security Policy" in line for line in page.said)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "spokes",
    [
        pytest.param(of_every_health(), id="a few spokes"),
        pytest.param(of_many(30), id="many spokes"),
        pytest.param((), id="no spokes"),
    ],
)
def test_axe_has_nothing_to_complain_about(show, spokes, scheme):
    page = draw(show, hub(*spokes), color_scheme=scheme)

    results = Axe().run(page)

    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in results.response["violations"]] == []


def test_what_belongs_to_no_hub_is_seen(show):
    page = show(page_view.render(snapshot(hub(spoke()), **beside_the_hubs())), HEADERS)

    table = page.get_by_role("region", name="Networks without a hub")
    assert table.get_by_role("row").all_inner_texts()[1].startswith("vnet-lost")
    assert page.get_by_text("hub nobody knows: nobody knows").is_visible()
    assert Axe().run(page).response["violations"] == []


def test_axe_has_nothing_to_complain_about_where_nothing_can_be_shown(show):
    async def scenario():
        async with deployment(HUB_LOCATION="") as (_, _, host):
            return await get(host, "topology")

    answer = play(scenario)
    page = show(answer.body, answer.headers, status=answer.status)

    assert "HUB_VNET_ID" in page.locator("main").inner_text()
    assert Axe().run(page).response["violations"] == []
    assert page.asked == [ADDRESS]


def test_five_hundred_spokes_are_all_there(show):
    spokes = of_many(500)
    started = time.perf_counter()
    html = page_view.render(snapshot(hub(*spokes)))
    made = time.perf_counter() - started
    page = show(html, HEADERS)
    measured = page.evaluate(
        """() => {
            const navigation = performance.getEntriesByType('navigation')[0];
            const paint = performance.getEntriesByName('first-contentful-paint')[0];
            return {loaded: navigation.loadEventEnd, painted: paint ? paint.startTime : null};
        }"""
    )
    searched = page.get_by_label("Search").evaluate(
        """search => {
            const started = performance.now();
            search.value = "vnet-team-250";
            search.dispatchEvent(new Event("input", {bubbles: true}));
            document.body.offsetHeight;
            return performance.now() - started;
        }"""
    )
    assert rows(page) == ["vnet-team-250"]
    print(  # noqa: T201 (a measurement to read, not to assert)
        f"\n500 spokes: {len(html) / 1000:.0f} kB made in {made * 1000:.0f} ms, painted after "
        f"{measured['painted']} ms, loaded after {measured['loaded']} ms, searched in {searched:.0f} ms"
    )

    places = page.locator("svg.map .spoke > use, svg.map .spoke a > use").evaluate_all(
        "all => all.map(use => use.getAttribute('x') + ' ' + use.getAttribute('y'))"
    )
    assert len(places) == len(set(places)) == 500
    boxes = page.locator("svg.map").evaluate(
        """map => {
            const all = map.getBoundingClientRect();
            return [...map.querySelectorAll('use')].every(use => {
                const box = use.getBoundingClientRect();
                return box.left >= all.left && box.right <= all.right && box.top >= all.top && box.bottom <= all.bottom;
            });
        }"""
    )
    assert boxes


def test_a_narrow_screen_scrolls_the_map_and_not_the_page(show):
    page = draw(show, hub(*of_every_health()), viewport={"width": 390, "height": 800})

    assert page.evaluate("() => document.documentElement.scrollWidth") == 390
    assert Axe().run(page).response["violations"] == []


def test_print_shows_all_on_white(show):
    page = draw(show, hub(*of_every_health()), color_scheme="dark")
    page.get_by_role("combobox", name="State").select_option("healthy")
    page.emulate_media(media="print")

    assert len(rows(page)) == 8
    assert page.locator("form").is_hidden()
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
