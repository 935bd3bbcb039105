"""Counting and refusing requests as Azure does, in simulated time."""

import asyncio

import pytest
from azure.core.exceptions import HttpResponseError

from tests.clouds import ELSEWHERE
from tests.simulator.sdk import group_path, peering_path, sdk, to, vnet_path

READS, WRITES, DELETES = (
    f"x-ms-ratelimit-remaining-subscription-{verb}" for verb in ("reads", "writes", "deletes")
)
GLOBAL_READS = "x-ms-ratelimit-remaining-subscription-global-reads"


def remaining(headers):
    prefix = "x-ms-ratelimit-remaining-"
    return {name.removeprefix(prefix): int(left) for name, left in headers.items() if name.startswith(prefix)}


async def send(cloud, times, method, path, body=None):
    return [await cloud.raw(method, path, body) for _ in range(times)]


@pytest.mark.parametrize(
    ("method", "path", "body", "left"),
    [
        ("GET", vnet_path("a"), None, {"subscription-reads": 249, "subscription-global-reads": 3749}),
        ("HEAD", group_path(), None, {"subscription-reads": 249, "subscription-global-reads": 3749}),
        (
            "PUT",
            peering_path("a", "a-b"),
            to("b"),
            {"subscription-writes": 199, "subscription-global-writes": 2999},
        ),
        (
            "PATCH",
            vnet_path("a"),
            {"tags": {}},
            {"subscription-writes": 199, "subscription-global-writes": 2999},
        ),
        (
            "DELETE",
            vnet_path("nowhere"),
            None,
            {"subscription-deletes": 199, "subscription-global-deletes": 2999},
        ),
        ("GET", vnet_path("nowhere"), None, {"subscription-reads": 249, "subscription-global-reads": 3749}),
        ("GET", "/tenants", None, {"tenant-reads": 249}),
    ],
)
async def test_each_answer_says_what_is_left_for_its_verb(method, path, body, left):
    async with sdk() as cloud:
        await asyncio.sleep(60)
        _, headers, _ = await cloud.raw(method, path, body)

    assert remaining(headers) == left


async def test_what_the_sdk_reads_and_polls_counts():
    async with sdk() as cloud:
        await asyncio.sleep(60)
        await cloud.peer("a", "b")
        _, headers, _ = await cloud.raw("GET", vnet_path("a"))

    assert remaining(headers)["subscription-global-reads"] < 3749


async def test_buckets_refill_with_time_and_belong_to_a_subscription():
    async with sdk() as cloud:
        await asyncio.sleep(60)
        *_, (_, headers, _) = await send(cloud, 100, "GET", vnet_path("a"))
        assert headers[READS] == "150"
        await asyncio.sleep(2)
        assert (await cloud.raw("GET", vnet_path("a")))[1][READS] == "199"
        await asyncio.sleep(60)
        assert (await cloud.raw("GET", vnet_path("a")))[1][READS] == "249"
        await send(cloud, 10, "GET", vnet_path("a"))
        assert (await cloud.raw("GET", group_path(subscription=ELSEWHERE)))[1][READS] == "249"


async def test_nobody_is_refused_unless_asked_for():
    async with sdk() as cloud:
        answers = await send(cloud, 600, "GET", vnet_path("a"))

    assert {status for status, _, _ in answers} == {200}
    assert answers[-1][1][READS] == "0"


@pytest.mark.parametrize(
    ("method", "path", "bucket", "per_second"),
    [
        ("GET", vnet_path("a"), 250, 25),
        ("PUT", group_path("other"), 200, 10),
        ("DELETE", vnet_path("no"), 200, 10),
    ],
)
async def test_an_empty_bucket_refuses_until_it_has_filled_a_little(method, path, bucket, per_second):
    body = {"location": "westeurope"} if method == "PUT" else None
    async with sdk(throttling=True) as cloud:
        await asyncio.sleep(60)
        answers = await send(cloud, bucket, method, path, body)
        assert 429 not in {status for status, _, _ in answers}
        status, headers, error = await cloud.raw(method, path, body)
        assert (status, error["error"]["code"]) == (429, "SubscriptionRequestsThrottled")
        assert (headers["Retry-After"], headers["x-ms-failure-cause"]) == ("1", "gateway")
        assert set(remaining(headers).values()) >= {0}
        await send(cloud, 5 * per_second, method, path, body)
        assert int((await cloud.raw(method, path, body))[1]["Retry-After"]) > 4
        await asyncio.sleep(6)
        assert (await cloud.raw(method, path, body))[0] != 429


async def test_a_tenant_is_throttled_by_another_name():
    async with sdk(throttling=True) as cloud:
        await asyncio.sleep(60)
        *_, (status, _, error) = await send(cloud, 251, "GET", "/tenants")

    assert (status, error["error"]["code"]) == (429, "TooManyRequests")


async def test_the_network_provider_takes_a_thousand_writes_in_five_minutes():
    async with sdk(throttling=True) as cloud:
        await asyncio.sleep(300)
        started = asyncio.get_running_loop().time()
        for _ in range(10):
            await send(cloud, 100, "PATCH", vnet_path("a"), {"tags": {}})
            await asyncio.sleep(10)
        status, headers, error = await cloud.raw("PATCH", vnet_path("a"), {"tags": {}})
        passed = asyncio.get_running_loop().time() - started
        assert (status, error["error"]["code"]) == (429, "RetryableError")
        assert [detail["code"] for detail in error["error"]["details"]] == ["RetryableErrorDueToTooManyCalls"]
        assert int(headers["Retry-After"]) == 300 - passed
        assert "x-ms-failure-cause" not in headers
        assert (await cloud.raw("PUT", group_path("other"), {"location": "westeurope"}))[0] == 201
        assert (await cloud.raw("GET", vnet_path("a")))[0] == 200
        await asyncio.sleep(int(headers["Retry-After"]))
        assert (await cloud.raw("PATCH", vnet_path("a"), {"tags": {}}))[0] == 200


async def test_the_sdk_waits_as_long_as_it_is_told():
    async with sdk(throttling=True, retries=3) as cloud:
        await asyncio.sleep(60)
        await send(cloud, 200 + 50, "PUT", group_path("other"), {"location": "westeurope"})
        started = asyncio.get_running_loop().time()
        assert (await cloud.peer("a", "b")).peering_state == "Initiated"

    assert asyncio.get_running_loop().time() - started > 5


async def test_without_retries_the_sdk_reports_the_refusal():
    async with sdk(throttling=True) as cloud:
        await asyncio.sleep(60)
        await send(cloud, 250, "GET", vnet_path("a"))
        with pytest.raises(HttpResponseError) as caught:
            await cloud.half("a", "b")

    assert caught.value.error.code == "SubscriptionRequestsThrottled"
