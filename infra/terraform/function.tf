# The app on Flex Consumption, with nothing secret in its settings.

locals {
  event_grid = [{ name = "event-grid", priority = 100, action = "Allow", tag = "ServiceTag", ipAddress = "AzureEventGrid" }]
  readers = [for i, address in var.allowed_addresses : {
    name      = "reader-${i}"
    priority  = 200 + i
    action    = "Allow"
    ipAddress = trimspace(address)
  }]

  endpoints = {
    public       = { resource_manager = "https://management.azure.com/", login = "https://login.microsoftonline.com/" }
    usgovernment = { resource_manager = "https://management.usgovcloudapi.net/", login = "https://login.microsoftonline.us/" }
    china        = { resource_manager = "https://management.chinacloudapi.cn/", login = "https://login.chinacloudapi.cn/" }
  }

  # What the code reads, apart from what follows from the resources here.
  settings = {
    MODE                                        = var.mode
    AZURE_SUBSCRIPTION_ID                       = local.subscription_id
    HUB_VNET_ID                                 = var.hub_vnet_id
    HUB_LOCATION                                = var.hub_location
    TOPOLOGY_FILE                               = var.topology_file
    TOPOLOGY                                    = var.topology
    PEERING_NAME_TEMPLATE                       = var.peering_name_template
    GATEWAY_TRANSIT                             = var.gateway_transit
    HUB_PEERING_OPTIONS                         = var.hub_peering_options
    SPOKE_PEERING_OPTIONS                       = var.spoke_peering_options
    RECONCILE_SCHEDULE                          = var.reconcile_schedule
    OUTCOME_TOPIC_ENDPOINT                      = var.outcome_topic_endpoint
    PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY = tostring(var.open_telemetry)
    EVENT_BUDGET_SECONDS                        = tostring(var.event_budget_seconds)
    TIMER_BUDGET_SECONDS                        = tostring(var.timer_budget_seconds)
  }
}

resource "azapi_resource" "plan" {
  type      = "Microsoft.Web/serverfarms@2024-11-01"
  parent_id = azapi_resource.group.id
  name      = "plan-func-${local.name}-${local.token}"
  location  = var.location
  tags      = local.tags
  body = {
    kind       = "functionapp"
    sku        = { name = "FC1", tier = "FlexConsumption" }
    properties = { reserved = true, zoneRedundant = var.zone_redundant }
  }
}

resource "azapi_resource" "app" {
  type      = "Microsoft.Web/sites@2024-11-01"
  parent_id = azapi_resource.group.id
  name      = "func-${local.name}-${local.token}"
  location  = var.location
  tags      = merge(local.tags, { azd-service-name = "remediator" })

  identity {
    type         = "UserAssigned"
    identity_ids = [azapi_resource.identity.id]
  }

  body = {
    kind = "functionapp,linux"
    properties = {
      serverFarmId           = azapi_resource.plan.id
      httpsOnly              = true
      clientAffinityEnabled  = false
      virtualNetworkSubnetId = var.private_networking ? var.integration_subnet_id : null
      siteConfig = {
        minTlsVersion                       = "1.2"
        http20Enabled                       = true
        ipSecurityRestrictionsDefaultAction = var.private_networking ? "Deny" : "Allow"
        # No conditional: it would make one type of both rules, and numbers into text.
        ipSecurityRestrictions = [for each in concat(local.event_grid, local.readers) : each if var.private_networking]
      }
      functionAppConfig = {
        deployment = {
          storage = {
            type           = "blobContainer"
            value          = "${azapi_resource.storage.output.properties.primaryEndpoints.blob}${azapi_resource.packages.name}"
            authentication = { type = "UserAssignedIdentity", userAssignedIdentityResourceId = azapi_resource.identity.id }
          }
        }
        runtime = { name = "python", version = "3.13" }
        scaleAndConcurrency = {
          instanceMemoryMB     = var.instance_memory_mb
          maximumInstanceCount = var.maximum_instance_count
          # One at a time is the default for Python; the functions are async, and readers need not start instances.
          triggers    = { http = { perInstanceConcurrency = 16 } }
          alwaysReady = var.always_ready_instances == 0 ? [] : [{ name = "function:on_network_event", instanceCount = var.always_ready_instances }]
        }
      }
    }
  }

  # The app must not start before it may read its storage.
  depends_on = [azapi_resource.storage_roles, azapi_resource.zones]
}

# Azure answers no GET for settings, so they are written and not read: a change by hand shows in no plan.
resource "azapi_resource_action" "app_settings" {
  type        = "Microsoft.Web/sites/config@2024-11-01"
  resource_id = "${azapi_resource.app.id}/config/appsettings"
  method      = "PUT"
  body = {
    properties = merge(local.settings, {
      AZURE_CLIENT_ID                           = local.client_id
      ARM_ENDPOINT                              = local.endpoints[var.cloud].resource_manager
      AZURE_AUTHORITY_HOST                      = local.endpoints[var.cloud].login
      AzureWebJobsStorage__blobServiceUri       = azapi_resource.storage.output.properties.primaryEndpoints.blob
      AzureWebJobsStorage__tableServiceUri      = azapi_resource.storage.output.properties.primaryEndpoints.table
      AzureWebJobsStorage__credential           = "managedidentity"
      AzureWebJobsStorage__clientId             = local.client_id
      APPLICATIONINSIGHTS_CONNECTION_STRING     = azapi_resource.insights.output.properties.ConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING = "ClientId=${local.client_id};Authorization=AAD"
      }, var.open_telemetry ? {
      AzureFunctionsJobHost__telemetryMode   = "OpenTelemetry"
      PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME = "interlinked"
    } : {})
  }
}

# Both are there with the app, so they are changed and not made.
resource "azapi_update_resource" "ftp" {
  type      = "Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01"
  parent_id = azapi_resource.app.id
  name      = "ftp"
  body = {
    properties = { allow = false }
  }
}

resource "azapi_update_resource" "scm" {
  type      = "Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01"
  parent_id = azapi_resource.app.id
  name      = "scm"
  body = {
    properties = { allow = false }
  }
}

# An azapi_resource would read first and stop where something answers. An action is a PUT, repeated when the body or the
# app changes, and nothing on destroy. The published type has no properties at all; azapi does not hold the bodies of
# actions against it, and an azapi_resource would need schema_validation_enabled = false.
resource "azapi_resource_action" "package" {
  type        = "Microsoft.Web/sites/extensions@2024-11-01"
  resource_id = "${azapi_resource.app.id}/extensions/onedeploy"
  method      = "PUT"
  body = {
    properties = { packageUri = var.package_uri, remoteBuild = false }
  }

  # The roles of the identity take some minutes to arrive at its storage.
  retry = {
    error_message_regex  = ["403", "Forbidden", "AuthorizationFailure", "AuthorizationPermissionMismatch"]
    interval_seconds     = 30
    max_interval_seconds = 60
  }
  timeouts {
    create = "20m"
    update = "20m"
  }

  depends_on = [azapi_resource_action.app_settings, azapi_resource.publisher]
}
