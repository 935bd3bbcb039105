"""How the network provider refuses: status, code and text of its errors."""

from collections.abc import Sequence

from simulator.errors import ArmError, provider_error

# --- peerings -----------------------------------------------------------------------


def peering_not_found(peering_id: str) -> ArmError:
    return provider_error(404, "NotFound", f"Resource {peering_id} not found.")


def invalid_name(name: str) -> ArmError:
    return provider_error(
        400,
        "InvalidResourceName",
        f"Resource name {name} is invalid. The name can be up to 80 characters long. It must begin with a "
        "word character, and it must end with a word character or with '_'. The name may contain word "
        "characters or '.', '-', '_'.",
    )


def invalid_body(what: str) -> ArmError:
    return provider_error(400, "InvalidRequestFormat", f"Cannot parse the request. {what}")


def peering_with_itself(peering_id: str, vnet_id: str) -> ArmError:
    """The portal states the rule; the code the API uses for it is not published."""
    return provider_error(
        400, "VnetCannotBePeeredWithItself", f"{peering_id} references its own virtual network {vnet_id}."
    )


def reference_not_found(peering_id: str, remote_id: str, *, elsewhere: bool) -> ArmError:
    """The global form stands for another region or subscription; which of the two is not published."""
    code = "InvalidGlobalResourceReference" if elsewhere else "InvalidResourceReference"
    return provider_error(
        400, code, f"Resource {remote_id} referenced by resource {peering_id} was not found."
    )


def reference_not_provisioned(peering_id: str, vnet_id: str, operation: str) -> ArmError:
    """Answered without Retry-After (hashicorp/terraform-provider-azurerm#2605)."""
    return provider_error(
        400,
        "ReferencedResourceNotProvisioned",
        f"Cannot proceed with operation because resource {vnet_id} used by resource {peering_id} is not in "
        f"Succeeded state. Resource is in Updating state and the last operation that updated/is updating "
        f"the resource is {operation}.",
    )


def remote_is_fixed(peering_id: str) -> ArmError:
    return provider_error(
        400,
        "ChangingRemoteVirtualNetworkNotAllowed",
        f"The remote virtual network of {peering_id} cannot be changed.",
    )


def remote_already_referenced(vnet_id: str, remote_id: str, by: str) -> ArmError:
    """Status by analogy with its siblings; the code is known from kyma-project/cloud-manager."""
    return provider_error(
        400,
        "AnotherPeeringAlreadyReferencesRemoteVnet",
        f"Peering {by} already references remote virtual network {remote_id}. "
        f"{vnet_id} cannot have another peering referencing it.",
    )


def remote_is_disconnected(peering_id: str, other_id: str) -> ArmError:
    """hashicorp/terraform#18091."""
    return provider_error(
        400,
        "RemotePeeringIsDisconnected",
        f"Cannot create or update peering {peering_id} because remote peering {other_id} referencing the "
        "parent virtual network is in Disconnected state. Update or re-create the remote peering to get it "
        "back to Initiated state.",
    )


def spaces_overlap(peering_id: str, local_id: str, remote_id: str, prefixes: Sequence[str]) -> ArmError:
    return provider_error(
        400,
        "VnetAddressSpacesOverlap",
        f"Cannot create or update peering {peering_id}. Virtual networks {local_id} and {remote_id} cannot "
        f"be peered because their address spaces overlap. Overlapping address prefixes: {', '.join(prefixes)}",
    )


def overlaps_with_peered(
    what: str, local_id: str, third_id: str, remote_id: str, prefixes: Sequence[str]
) -> ArmError:
    """The three e's in the code are Azure's (Azure/ResourceModules#731)."""
    return provider_error(
        400,
        "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet",
        f"Cannot create or update {what}. Virtual networks {local_id} and {remote_id} cannot be peered "
        f"because address space of {local_id} overlaps with address space of {third_id} already peered "
        f"with {remote_id}. Overlapping address prefixes: {', '.join(prefixes)}",
    )


def remote_has_no_gateways(peering_id: str, remote_id: str) -> ArmError:
    """hashicorp/terraform#30569."""
    return provider_error(
        400,
        "RemoteVnetHasNoGateways",
        f"Peering {peering_id} cannot have UseRemoteGateway flag set to true because remote virtual network "
        f"{remote_id} referenced by the peering does not have any gateways.",
    )


def remote_denies_transit(peering_id: str) -> ArmError:
    """The text is public (hashicorp/terraform-provider-azurerm#2872), the code is not."""
    return provider_error(
        400,
        "RemotePeeringDoesNotAllowGatewayTransit",
        f"Peering {peering_id} cannot have UseRemoteGateways flag set to true, because corresponding remote "
        "peering has AllowGatewayTransit flag set to false.",
    )


def own_gateway_present(peering_id: str, vnet_id: str) -> ArmError:
    """The rule is documented; the code is not published."""
    return provider_error(
        400,
        "VnetWithGatewaysCannotUseRemoteGateways",
        f"Peering {peering_id} cannot have UseRemoteGateways flag set to true because {vnet_id} has a gateway.",
    )


def second_remote_gateway(peering_id: str, other_id: str) -> ArmError:
    """The rule is documented; the code is not published."""
    return provider_error(
        400,
        "OnlyOnePeeringCanUseRemoteGateways",
        f"Peering {peering_id} cannot have UseRemoteGateways flag set to true because {other_id} has it.",
    )


def too_many_peerings(vnet_id: str, limit: int) -> ArmError:
    """The limit is documented; the code is not published."""
    return provider_error(
        400, "VnetPeeringCountLimitReached", f"{vnet_id} already has {limit} peerings, the most allowed."
    )


# --- virtual networks and subnets ---------------------------------------------------


def invalid_prefix(prefix: object, of: str) -> ArmError:
    return provider_error(
        400,
        "InvalidCIDRNotation",
        f"The address prefix {prefix} in resource {of} has an invalid CIDR notation. "
        "For the given prefix length, the address prefix should be the network address.",
    )


def space_change_needs_newer_version(vnet_id: str) -> ArmError:
    """Azure/Enterprise-Scale#1967."""
    return provider_error(
        400,
        "MinimumApiVersionNotSpecifiedForAddressSpaceUpdateInPeeredVnet",
        f"The address space of {vnet_id} can be changed with api-version 2021-01-01 or later while it has "
        "peerings.",
    )


def prefix_in_use(vnet_id: str, subnet: str) -> ArmError:
    return provider_error(
        400,
        "InUsePrefixCannotBeDeleted",
        f"An address prefix of {vnet_id} cannot be removed: subnet {subnet} lies in it.",
    )


def subnet_in_use(subnet_id: str, by: str) -> ArmError:
    return provider_error(
        400, "InUseSubnetCannotBeDeleted", f"Subnet {subnet_id} is in use by {by} and cannot be deleted."
    )


def subnet_outside(subnet: str, vnet_id: str) -> ArmError:
    return provider_error(
        400,
        "NetcfgInvalidSubnet",
        f"Subnet '{subnet}' is not valid because its IP address range is outside the IP address range of "
        f"virtual network '{vnet_id}'.",
    )


def subnets_overlap(subnet: str, vnet_id: str) -> ArmError:
    return provider_error(
        400, "NetcfgSubnetRangesOverlap", f"Subnet '{subnet}' overlaps with another subnet of '{vnet_id}'."
    )


def operation_not_found(operation_id: str) -> ArmError:
    return provider_error(404, "OperationNotFound", f"Operation {operation_id} was not found.")


# --- concurrency --------------------------------------------------------------------


def another_operation(resource_id: str, operation: str, operation_id: str) -> ArmError:
    """409 without Retry-After (Azure/terraform-provider-azapi#503)."""
    return provider_error(
        409,
        "AnotherOperationInProgress",
        f"Another operation on this or dependent resource is in progress: {operation} ({operation_id}) on "
        f"{resource_id}.",
    )


def retryable(resource_id: str, operation: str, operation_id: str, seconds: int) -> ArmError:
    """429 that names the operation in the way and when to come back (kubernetes-sigs/cluster-api-provider-azure#4385)."""
    return provider_error(
        429,
        "RetryableError",
        "A retryable error occurred.",
        details=[
            {
                "code": "RetryableErrorDueToAnotherOperation",
                "message": f"Operation {operation} ({operation_id}) is updating resource {resource_id}. "
                f"The call can be retried in {seconds} seconds.",
            }
        ],
        retry_after_seconds=seconds,
    )


def etag_mismatch(resource_id: str) -> ArmError:
    return provider_error(
        412,
        "PreconditionFailed",
        "Precondition failed.",
        details=[
            {
                "code": "PreconditionFailedEtagMismatch",
                "message": f"Etag provided in if-match header does not match the etag of {resource_id}.",
            }
        ],
    )


def superseded(resource_id: str) -> ArmError:
    """Seen where one resource is written twice in quick succession (Azure/azure-cli#21156)."""
    return provider_error(
        409,
        "Canceled",
        "Operation was canceled.",
        details=[
            {
                "code": "CanceledAndSupersededDueToAnotherOperation",
                "message": f"A later operation on {resource_id} superseded this one.",
            }
        ],
    )


def too_many_calls(seconds: float) -> ArmError:
    """https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling"""
    return _too_much("RetryableErrorDueToTooManyCalls", "Too many calls within five minutes.", seconds)


def too_much_read(seconds: float) -> ArmError:
    return _too_much("RetryableErrorDueTooHighReadDataSize", "Too much data was read.", seconds)


def _too_much(code: str, message: str, seconds: float) -> ArmError:
    return provider_error(
        429,
        "RetryableError",
        "A retryable error occurred.",
        details=[{"code": code, "message": message}],
        retry_after_seconds=seconds,
    )
