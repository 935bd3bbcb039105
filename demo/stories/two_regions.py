"""Two hubs in mesh, and spokes that belong to the hub of their region."""

from demo.stage import Network, Stage, half

_WEU = Network(name="vnet-hub-weu", location="westeurope", prefix="10.0.0.0/22")
_EUS2 = Network(name="vnet-hub-eus2", location="eastus2", prefix="10.1.0.0/22")
_STANDING = (
    (_WEU, Network(name="vnet-web-weu", location="westeurope", prefix="10.0.4.0/22")),
    (_WEU, Network(name="vnet-data-weu", location="westeurope", prefix="10.0.8.0/22")),
    (_EUS2, Network(name="vnet-web-eus2", location="eastus2", prefix="10.1.4.0/22")),
    (_EUS2, Network(name="vnet-data-eus2", location="eastus2", prefix="10.1.8.0/22")),
)
_NORTH = Network(name="vnet-web-neu", location="northeurope", prefix="10.0.12.0/22")
_CENTRAL = Network(name="vnet-web-cus", location="centralus", prefix="10.1.12.0/22")
_NEW = ((_WEU, _NORTH), (_EUS2, _CENTRAL))


async def play(stage: Stage) -> None:
    await stage.say("two hubs and two spokes beside each are there, none of them peered")
    await stage.connected(_WEU, _EUS2, ", the mesh")
    for hub, spoke in _STANDING:
        await stage.connected(hub, spoke)
    for _, spoke in _NEW:
        await stage.create(spoke)
    for hub, spoke in _NEW:
        await stage.connected(hub, spoke, f", by its region {spoke.location}")
    await _an_option_drifts(stage)
    await stage.delete_half(_EUS2, _WEU)
    await stage.connected(_WEU, _EUS2, ", repaired")
    await stage.everything_is_whole([(_WEU, _EUS2), *_STANDING, *_NEW])


async def _an_option_drifts(stage: Stage) -> None:
    option, drifting = "allowForwardedTraffic", half(_NORTH, _WEU)
    await stage.azure.set_option(_NORTH.group, _NORTH.name, drifting[1], option, to=False)
    await stage.say(f"the team switches {option} off on {drifting[1]}")
    await stage.until(f"{option} is on again", lambda halves: halves[drifting].get(option) is True)
    await stage.connected(_WEU, _NORTH, f", {option} is on again")
