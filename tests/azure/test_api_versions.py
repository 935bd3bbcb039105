"""A write carries over what a read showed of a peering, which is whole only if both speak the same version."""

from simulator.transport import installed
from tests.clouds import EU, US, Cloud


async def test_networks_are_read_and_written_in_one_api_version():
    cloud = Cloud()
    await cloud.workshop()
    versions = set()

    async def note(request):
        if "/virtualnetworks" in request.path.lower():
            versions.add((request.method, request.query["api-version"]))
        return await cloud.arm.handle(request)

    with installed(note):
        await cloud.reconciler().reconcile(None, budget_seconds=300)

    assert cloud.is_whole(EU, US)
    assert {method for method, _ in versions} == {"GET", "PUT"}
    assert len({version for _, version in versions}) == 1
