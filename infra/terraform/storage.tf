# What the Functions host keeps: keys, timer locks, the package. Reached by identity alone.

# The zones of a region, as Bicep's pickZones reads them.
data "azapi_resource_action" "compute" {
  count                  = var.storage_sku == "" ? 1 : 0
  type                   = "Microsoft.Resources/providers@2021-04-01"
  resource_id            = "${local.subscription}/providers/Microsoft.Compute"
  method                 = "GET"
  response_export_values = { zones = "resourceTypes[?resourceType=='virtualMachines'].zoneMappings[]" }
}

locals {
  region    = lower(replace(var.location, " ", ""))
  zones     = try([for each in data.azapi_resource_action.compute[0].output.zones : each if lower(replace(each.location, " ", "")) == local.region], [])
  has_zones = anytrue([for each in local.zones : length(each.zones) > 0])
  best_sku  = local.has_zones ? "Standard_ZRS" : "Standard_LRS"

  storage_roles = {
    blobDataOwner        = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b"
    tableDataContributor = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"
  }
  private_services = var.private_networking ? { blob = var.blob_dns_zone_id, table = var.table_dns_zone_id } : {}
}

resource "azapi_resource" "storage" {
  type      = "Microsoft.Storage/storageAccounts@2025-01-01"
  parent_id = azapi_resource.group.id
  name      = "st${local.token}${substr(provider::azapi::unique_string(["${local.subscription}/resourceGroups/rg-${local.name}"]), 0, 8)}"
  location  = var.location
  tags      = local.tags
  body = {
    kind = "StorageV2"
    sku  = { name = var.storage_sku == "" ? local.best_sku : var.storage_sku }
    properties = {
      allowBlobPublicAccess        = false
      allowCrossTenantReplication  = false
      allowSharedKeyAccess         = false
      defaultToOAuthAuthentication = true
      minimumTlsVersion            = "TLS1_2"
      publicNetworkAccess          = var.private_networking ? "Disabled" : "Enabled"
      supportsHttpsTrafficOnly     = true
      networkAcls                  = { defaultAction = var.private_networking ? "Deny" : "Allow", bypass = "None" }
    }
  }
  response_export_values = ["properties.primaryEndpoints"]
}

# It is there with the account, so it is changed and not made.
resource "azapi_update_resource" "blobs" {
  type      = "Microsoft.Storage/storageAccounts/blobServices@2025-01-01"
  parent_id = azapi_resource.storage.id
  name      = "default"
  body = {
    properties = { deleteRetentionPolicy = { enabled = true, days = 7 } }
  }
}

resource "azapi_resource" "packages" {
  type      = "Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01"
  parent_id = "${azapi_resource.storage.id}/blobServices/default"
  name      = "packages"
  body = {
    properties = { publicAccess = "None" }
  }

  depends_on = [azapi_update_resource.blobs]
}

resource "azapi_resource" "storage_roles" {
  for_each  = local.storage_roles
  type      = "Microsoft.Authorization/roleAssignments@2022-04-01"
  parent_id = azapi_resource.storage.id
  name      = uuidv5(local.guid_namespace, join("-", [azapi_resource.storage.id, local.principal_id, each.value]))
  body = {
    properties = {
      principalId      = local.principal_id
      principalType    = "ServicePrincipal"
      roleDefinitionId = "${local.subscription}/providers/Microsoft.Authorization/roleDefinitions/${each.value}"
    }
  }
}

resource "azapi_resource" "endpoints" {
  for_each  = local.private_services
  type      = "Microsoft.Network/privateEndpoints@2024-07-01"
  parent_id = azapi_resource.group.id
  name      = "pe-${azapi_resource.storage.name}-${each.key}"
  location  = var.location
  tags      = local.tags
  body = {
    properties = {
      subnet = { id = var.private_endpoint_subnet_id }
      privateLinkServiceConnections = [
        {
          name       = each.key
          properties = { privateLinkServiceId = azapi_resource.storage.id, groupIds = [each.key] }
        }
      ]
    }
  }
}

resource "azapi_resource" "zones" {
  for_each  = local.private_services
  type      = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-07-01"
  parent_id = azapi_resource.endpoints[each.key].id
  name      = "default"
  body = {
    properties = {
      privateDnsZoneConfigs = [
        { name = each.key, properties = { privateDnsZoneId = each.value } }
      ]
    }
  }
}
