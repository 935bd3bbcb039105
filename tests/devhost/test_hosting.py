"""Which functions will run, and why the others will not."""

import json

import pytest

from devhost.functions import Function
from devhost.hosting import host_all
from devhost.messages import RpcFunctionMetadata
from devhost.settings import HostJson


def declared(name: str, **binding: object) -> Function:
    return Function.from_metadata(
        RpcFunctionMetadata(
            name=name,
            function_id=f"id of {name}",
            raw_bindings=[json.dumps({"name": "arg"} | binding)],
            retry_options=None,
        )
    )


@pytest.mark.parametrize(
    ("binding", "problem"),
    [
        pytest.param({"type": "timerTrigger", "schedule": "0 * * * * *"}, None, id="timer"),
        pytest.param({"type": "timerTrigger", "schedule": "%EVERY%"}, None, id="schedule from a setting"),
        pytest.param({"type": "timerTrigger", "schedule": "%NONE%"}, "%NONE% does not", id="no such setting"),
        pytest.param({"type": "timerTrigger", "schedule": "often"}, "is not a schedule", id="bad schedule"),
        pytest.param({"type": "eventGridTrigger"}, "needs an extensionBundle", id="no extension bundle"),
        pytest.param({"type": "httpTrigger", "route": "{x}"}, None, id="http"),
        pytest.param({"type": "httpTrigger", "route": "{x:guid}"}, "not understood here", id="bad route"),
        pytest.param({"type": "queueTrigger"}, "does not play the trigger queueTrigger", id="other trigger"),
    ],
)
def test_a_function_with_a_problem_is_in_error_and_the_others_run(binding, problem):
    functions = [declared("one", **binding), declared("other", type="httpTrigger")]
    one, other = host_all(functions, HostJson(), {"EVERY": "0 * * * * *"})

    assert other.is_listening
    assert one.is_listening is (problem is None)
    assert (problem or "") in (one.problem or "")


def test_a_disabled_function_does_not_listen():
    [function] = host_all(
        [declared("page", type="httpTrigger")], HostJson(), {"AzureWebJobs.page.Disabled": "true"}
    )

    assert function.is_disabled
    assert not function.is_listening


def test_the_route_is_the_function_name_unless_given():
    [page] = host_all([declared("page", type="httpTrigger")], HostJson(route_prefix="v1"), {})

    assert page.source.template == "v1/page"
