# The app and all it needs; the same resources under the same names as from main.bicep and events/main.bicep.

data "azapi_client_config" "current" {}

locals {
  subscription_id = coalesce(var.subscription_id, data.azapi_client_config.current.subscription_id)
  subscription    = "/subscriptions/${local.subscription_id}"

  name  = var.environment_name
  app   = "${local.name} in ${local.subscription_id}"
  token = substr(provider::azapi::unique_string([local.subscription, local.name, var.location]), 0, 8)
  tags  = merge(var.tags, { azd-env-name = local.name })

  # Resource Manager's guid() is version 5 of RFC 4122 in this namespace, its arguments joined by hyphens.
  guid_namespace = "11fb06fb-712d-4ddd-98c7-e71bbd588830"
}

resource "azapi_resource" "group" {
  type      = "Microsoft.Resources/resourceGroups@2025-04-01"
  parent_id = local.subscription
  name      = "rg-${local.name}"
  location  = var.location
  tags      = local.tags
}

resource "azapi_resource" "identity" {
  type                   = "Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30"
  parent_id              = azapi_resource.group.id
  name                   = "id-${local.name}-${local.token}"
  location               = var.location
  tags                   = local.tags
  response_export_values = ["properties.principalId", "properties.clientId"]
}

locals {
  principal_id = azapi_resource.identity.output.properties.principalId
  client_id    = azapi_resource.identity.output.properties.clientId
}

# It depends on all that lies in the group, so that it is made last and is the first to go.
resource "azapi_resource" "lock" {
  count     = var.lock_resources ? 1 : 0
  type      = "Microsoft.Authorization/locks@2020-05-01"
  parent_id = azapi_resource.group.id
  name      = "interlinked"
  body = {
    properties = { level = "CanNotDelete", notes = "Remove this lock before uninstalling." }
  }

  depends_on = [
    azapi_resource.alerts,
    azapi_resource.delivery,
    azapi_resource.event_alerts,
    azapi_resource.publisher,
    azapi_resource.silence,
    azapi_resource.workbook,
    azapi_resource.zones,
    azapi_resource_action.app_settings,
    azapi_update_resource.blobs,
    azapi_update_resource.ftp,
    azapi_update_resource.scm,
  ]
}
