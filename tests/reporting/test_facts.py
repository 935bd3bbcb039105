from enum import Enum, IntEnum, StrEnum

import pytest

from shared.model.ids import VnetId
from shared.reporting.facts import fact

VNET = VnetId(subscription="11111111-aaaa-4bbb-8ccc-222222222222", group="rg", name="hub")


class Word(StrEnum):
    ADDED = "added"


class Number(IntEnum):
    ONE = 1


class Plain(Enum):
    A = 1


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        pytest.param({}, "{}", id="no fields"),
        pytest.param({"a": None, "b": 0}, '{"b":0}', id="None is left out, nought is not"),
        pytest.param({"vnet": VNET}, f'{{"vnet":"{VNET}"}}', id="resource ID"),
        pytest.param(
            {"a": Word.ADDED, "b": Number.ONE, "c": Plain.A},
            '{"a":"added","b":"1","c":"Plain.A"}',
            id="enums",
        ),
        pytest.param({"seconds": 1.23456}, '{"seconds":1.235}', id="seconds"),
        pytest.param({"seconds": float("nan")}, '{"seconds":"nan"}', id="not a number"),
        pytest.param({"done": True, "count": 3}, '{"done":true,"count":3}', id="plain values"),
        pytest.param({"all": (VNET, 0.12345)}, f'{{"all":["{VNET}",0.123]}}', id="sequence"),
        pytest.param({"all": {"b", "a"}}, '{"all":["a","b"]}', id="set"),
        pytest.param({"by": {Word.ADDED: 1, "x": None}}, '{"by":{"added":1}}', id="mapping"),
        pytest.param({"text": "a\nb\u2028"}, r'{"text":"a\nb\u2028"}', id="one line"),
        pytest.param({"name": "x"}, '{"name":"x"}', id="a field called name"),
        pytest.param({"error": ValueError("no")}, '{"error":"no"}', id="anything else"),
    ],
)
def test_fact(fields, line):
    assert fact("run finished", **fields) == f"run finished {line}"


def test_the_words_stay_on_one_line():
    assert fact("run\nfinished") == "run finished {}"
