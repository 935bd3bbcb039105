"""Resource groups, and what goes with them."""

from dataclasses import dataclass, field

from simulator import errors
from simulator.network.gateways import Attached, AttachedKey, detach
from simulator.network.locks import Operation
from simulator.network.resources import NETWORK
from simulator.world.timeline import Timeline


@dataclass(slots=True, kw_only=True)
class Group:
    """A resource group."""

    subscription: str
    name: str
    location: str
    tags: dict[str, str] | None = None
    managed_by: str | None = None
    deleting: bool = False

    @property
    def id(self) -> str:
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.name}"


@dataclass(slots=True)
class Groups(Timeline):
    groups: dict[tuple[str, str], Group] = field(default_factory=dict)
    attached: dict[AttachedKey, Attached] = field(default_factory=dict)
    group_delete_tells_of_vnets: bool = False
    """Whether deleting a group raises one event per network in it; not established, so not relied upon."""

    def group(self, subscription: str, name: str) -> Group:
        group = self.groups.get((subscription.lower(), name.lower()))
        if group is None:
            raise errors.group_not_found(name)
        return group

    def group_to_write(self, subscription: str, name: str) -> Group:
        group = self.group(subscription, name)
        if group.deleting:
            raise errors.group_being_deleted(group.name)
        return group

    def put_group(
        self, subscription: str, name: str, location: str, tags: dict[str, str] | None, managed_by: str | None
    ) -> tuple[Group, bool]:
        key = (subscription.lower(), name.lower())
        group = self.groups.get(key)
        if group is None:
            group = Group(
                subscription=subscription, name=name, location=location, tags=tags, managed_by=managed_by
            )
            self.groups[key] = group
            return group, True
        group.tags = tags
        return group, False

    def delete_group(self, group: Group) -> Operation:
        """Everything in the group goes when the operation ends; networks elsewhere keep their halves."""
        group.deleting = True
        operation = self.start(
            "DeleteResourceGroupOperation",
            subscription=group.subscription,
            location=group.location,
            target=group.id,
            seconds=self.durations.group_delete,
            removes=True,
        )
        self.when_ended(operation, lambda: self._drop_group(group))
        return operation

    def _drop_group(self, group: Group) -> None:
        at = (group.subscription.lower(), group.name.lower())
        for attached in [one for key, one in self.attached.items() if (key.subscription, key.group) == at]:
            detach(self.estate, attached)
            del self.attached[attached.key]
        for vnet in [one for key, one in self.estate.vnets.items() if (key.subscription, key.group) == at]:
            self.touch_remotes(vnet)
            self.estate.drop_vnet(vnet)
            if self.group_delete_tells_of_vnets:
                self.tell(vnet.id, f"{NETWORK}/virtualNetworks/delete", "DELETE")
        self.groups.pop(at, None)
        self.tell(group.id, "Microsoft.Resources/subscriptions/resourceGroups/delete", "DELETE")
