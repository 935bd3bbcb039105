"""Route templates."""

import pytest

from devhost.routes import Route


@pytest.mark.parametrize(
    ("template", "path", "expected"),
    [
        pytest.param("status", "/api/status", {}, id="literal"),
        pytest.param("status", "/API/Status/", {}, id="any case, slash at the end"),
        pytest.param("status", "/api/status/more", None, id="longer path"),
        pytest.param("status", "/status", None, id="without the prefix"),
        pytest.param("a/{x}", "/api/a/One", {"x": "One"}, id="parameter keeps its case"),
        pytest.param("a/{x}", "/api/a", None, id="parameter missing"),
        pytest.param("a/{x?}", "/api/a", {}, id="optional left out"),
        pytest.param("a/{x?}", "/api/a/1", {"x": "1"}, id="optional given"),
        pytest.param("a/{x}/{y?}", "/api/a/1/2", {"x": "1", "y": "2"}, id="two"),
        pytest.param("a/{*x}", "/api/a/1/2/3", {"x": "1/2/3"}, id="catch-all"),
        pytest.param("a/{*x}", "/api/a", {}, id="catch-all of nothing"),
        pytest.param("a/{x:int}", "/api/a/-42", {"x": "-42"}, id="whole number"),
        pytest.param("a/{x:int}", "/api/a/four", None, id="not a number"),
        pytest.param("a/{x:int?}", "/api/a", {}, id="optional number left out"),
        pytest.param("{x}.{y}", "/api/page.html", {"x": "page", "y": "html"}, id="two in one segment"),
        pytest.param("a.b", "/api/axb", None, id="a dot is a dot"),
    ],
)
def test_match(template, path, expected):
    assert Route.parse("api", template).match("GET", path) == expected


def test_the_prefix_may_be_empty():
    assert Route.parse("", "status").match("GET", "/status") == {}


def test_methods():
    route = Route.parse("api", "status", frozenset({"GET"}))

    assert route.match("GET", "/api/status") == {}
    assert route.match("POST", "/api/status") is None


@pytest.mark.parametrize("template", ["{x:guid}", "{x=1}", "a/{x", "a}"])
def test_what_is_not_understood_is_refused(template):
    with pytest.raises(ValueError, match="is not understood here"):
        Route.parse("api", template)


def test_more_specific_routes_come_first():
    templates = ["{*all}", "{x}", "{x:int}", "b", "a", "a/{x}", "a/b"]
    ranked = sorted((Route.parse("", template) for template in templates), key=lambda route: route.rank)

    assert [route.template for route in ranked] == ["a/b", "a/{x}", "a", "b", "{x:int}", "{*all}", "{x}"]
