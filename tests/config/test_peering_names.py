"""Names of peerings, for whatever networks there are."""

import re
from dataclasses import replace

import hypothesis.strategies as st
from hypothesis import given

from shared.config.peering_names import NameTemplate
from shared.model.ids import PeeringId, VnetId
from shared.model.observed import ObservedPeering, PeeringState, SyncLevel, Vnet

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
AZURE = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?")
VNET_NAMES = st.from_regex(r"\A[a-z0-9][a-z0-9_.-]{0,62}[a-z0-9_]\Z")
GROUPS = st.from_regex(r"\A[\w.()-]{0,89}[\w()-]\Z")
TEMPLATES = st.sampled_from(
    ["peer-{local}-{remote}", "{local}{remote}", "{local_group}_{remote_group}.{local}.{remote}"]
)


def vnet_id(name, group="rg"):
    return VnetId(subscription=SUBSCRIPTION, group=group, name=name)


IDS = st.builds(vnet_id, VNET_NAMES, GROUPS)


@given(template=TEMPLATES, local=IDS, remote=IDS)
def test_every_name_is_one_that_azure_takes(template, local, remote):
    for name in NameTemplate.parse(template).names(local, remote):
        assert AZURE.fullmatch(name)


@given(template=TEMPLATES, local=IDS, remotes=st.lists(IDS, unique=True, max_size=5))
def test_no_two_remotes_get_the_same_name(template, local, remotes):
    names = NameTemplate.parse(template)
    chosen: set[str] = set()
    for remote in remotes:
        name = names.choose(Vnet(id=local, location="x", provisioning="Succeeded"), remote, chosen)
        assert name.lower() not in chosen
        assert names.is_ours(name.upper(), local, remote)
        chosen.add(name.lower())


def test_a_name_that_another_peering_has_is_not_chosen():
    hub, app, theirs = vnet_id("hub"), vnet_id("app"), vnet_id("app", "other")
    half = ObservedPeering(
        id=PeeringId(vnet=hub, name="PEER-hub-app"),
        remote=theirs,
        state=PeeringState.CONNECTED,
        sync=SyncLevel.FULLY_IN_SYNC,
        provisioning="Succeeded",
        properties={},
    )
    vnet = Vnet(id=hub, location="x", provisioning="Succeeded", peerings=(half,))
    assert re.fullmatch("peer-hub-app-[0-9a-f]{8}", NameTemplate().choose(vnet, app))
    assert NameTemplate().choose(replace(vnet, peerings=(replace(half, remote=app),)), app) == "peer-hub-app"
