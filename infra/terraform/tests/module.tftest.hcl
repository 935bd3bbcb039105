# Planned with a mocked azapi: no Azure, no sign-in.

mock_provider "azapi" {
  # OpenTofu makes up while planning what is known after apply, and azapi looks at the IDs.
  mock_resource "azapi_resource" {
    defaults = {
      id = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-network-dev"
      output = {
        properties = {
          principalId      = "55555555-5555-5555-5555-555555555555"
          clientId         = "66666666-6666-6666-6666-666666666666"
          ConnectionString = "InstrumentationKey=77777777-7777-7777-7777-777777777777"
        }
      }
    }
  }
  override_resource {
    target = azapi_resource.identity
    values = {
      id = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-network-dev/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id"
      output = {
        properties = {
          principalId = "55555555-5555-5555-5555-555555555555"
          clientId    = "66666666-6666-6666-6666-666666666666"
        }
      }
    }
  }
  override_resource {
    target = azapi_resource.storage
    values = {
      id = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-network-dev/providers/Microsoft.Storage/storageAccounts/st"
      output = {
        properties = {
          primaryEndpoints = { blob = "https://st.blob.core.windows.net/", table = "https://st.table.core.windows.net/" }
        }
      }
    }
  }
  override_resource {
    target = azapi_resource.app
    values = {
      id = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-network-dev/providers/Microsoft.Web/sites/func"
    }
  }
  override_resource {
    target = azapi_resource.endpoints
    values = {
      id = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-network-dev/providers/Microsoft.Network/privateEndpoints/pe"
    }
  }
  override_data {
    target = data.azapi_client_config.current
    values = { subscription_id = "11111111-1111-1111-1111-111111111111" }
  }
  override_data {
    target = data.azapi_resource_action.compute
    values = { output = { zones = [{ location = "Sweden Central", zones = ["1", "2", "3"] }] } }
  }
}

variables {
  environment_name = "network-dev"
  location         = "swedencentral"
  mode             = "audit"
  hub_vnet_id      = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-Hub/providers/Microsoft.Network/virtualNetworks/vnet-hub"
  package_uri      = "https://example.com/interlinked.zip"
}

run "names_are_those_of_the_bicep" {
  command = plan

  assert {
    condition     = azapi_resource.group.name == "rg-network-dev"
    error_message = "uninstall.py finds the group by its name"
  }
  assert {
    condition     = azapi_resource.group.tags == tomap({ azd-env-name = "network-dev" })
    error_message = "and by its tag"
  }
  assert {
    condition     = azapi_resource.app.name == "func-network-dev-${local.token}" && length(local.token) == 8
    error_message = "the app is called after the environment and a token"
  }
  assert {
    condition     = can(regex("^st[a-z0-9]{16}$", azapi_resource.storage.name))
    error_message = "names of storage accounts take letters and digits"
  }
}

run "the_package_is_deployed_as_it_is" {
  command = plan

  assert {
    condition     = azapi_resource_action.package.method == "PUT"
    error_message = "put, whatever is there"
  }
  assert {
    condition     = azapi_resource_action.package.body.properties == { packageUri = "https://example.com/interlinked.zip", remoteBuild = false }
    error_message = "not built anew"
  }
}

run "a_hub_elsewhere_has_its_own_role" {
  command = plan

  assert {
    condition     = keys(azapi_resource.definition) == ["11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"]
    error_message = "a definition in each of the two subscriptions"
  }
  assert {
    condition     = [for hub in azapi_resource.hubs : hub.parent_id] == ["/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/vnet-hub"]
    error_message = "assigned at the hub alone"
  }
  assert {
    condition     = keys(azapi_resource.spokes) == ["11111111-1111-1111-1111-111111111111"]
    error_message = "and in the app's own subscription"
  }
  assert {
    condition     = !contains(azapi_resource.definition["22222222-2222-2222-2222-222222222222"].body.properties.permissions[0].actions, "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/write")
    error_message = "audit writes nothing"
  }
}

run "each_subscription_has_the_role_once" {
  command = plan
  variables {
    mode                   = "enforce"
    other_subscription_ids = ["22222222-2222-2222-2222-222222222222", " 11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222", ""]
    other_hub_vnet_ids     = ["/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/second"]
  }

  assert {
    condition     = length(azapi_resource.definition) == 2 && length(azapi_resource.spokes) == 2 && length(azapi_resource.hubs) == 0
    error_message = "whatever the lists repeat"
  }
  assert {
    condition     = contains(azapi_resource.definition["22222222-2222-2222-2222-222222222222"].body.properties.permissions[0].actions, "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/write")
    error_message = "enforce writes peerings"
  }
}

run "the_owner_of_the_hub_assigns" {
  command = plan
  variables {
    deploy_hub_role = false
  }

  assert {
    condition     = length(azapi_resource.hubs) == 0 && length(azapi_resource.definition) == 1
    error_message = "nothing is written to the hub's subscription"
  }
}

run "a_role_made_beforehand" {
  command = plan
  variables {
    role_definition_id = "/providers/Microsoft.Authorization/roleDefinitions/33333333-3333-3333-3333-333333333333"
  }

  assert {
    condition     = length(azapi_resource.definition) == 0 && length(azapi_resource.hubs) == 1
    error_message = "is assigned and not made"
  }
}

run "storage_over_zones_where_there_are_some" {
  command = plan

  assert {
    condition     = azapi_resource.storage.body.sku.name == "Standard_ZRS"
    error_message = "the region has zones"
  }
}

run "storage_without_zones" {
  command = plan
  variables {
    location = "westus"
  }

  assert {
    condition     = azapi_resource.storage.body.sku.name == "Standard_LRS"
    error_message = "the region has none"
  }
}

run "private_networking" {
  command = plan
  variables {
    private_networking         = true
    integration_subnet_id      = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/app"
    private_endpoint_subnet_id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/storage"
    blob_dns_zone_id           = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net"
    table_dns_zone_id          = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateDnsZones/privatelink.table.core.windows.net"
    allowed_addresses          = ["203.0.113.0/24", " 198.51.100.7/32"]
  }

  assert {
    condition     = azapi_resource.storage.body.properties.publicNetworkAccess == "Disabled" && keys(azapi_resource.zones) == ["blob", "table"]
    error_message = "storage is reached through its two endpoints"
  }
  assert {
    condition     = [for each in azapi_resource.app.body.properties.siteConfig.ipSecurityRestrictions : each.ipAddress] == ["AzureEventGrid", "203.0.113.0/24", "198.51.100.7/32"]
    error_message = "the app is reached by Event Grid and by readers"
  }
}

run "options_of_the_app" {
  command = plan
  variables {
    always_ready_instances = 2
    open_telemetry         = true
    cloud                  = "usgovernment"
  }

  assert {
    condition     = azapi_resource.app.body.properties.functionAppConfig.scaleAndConcurrency.alwaysReady[0].instanceCount == 2
    error_message = "two instances are kept warm"
  }
  assert {
    condition     = local.settings.PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY == "true"
    error_message = "the worker knows of OpenTelemetry"
  }
  assert {
    condition     = local.endpoints[var.cloud].resource_manager == "https://management.usgovcloudapi.net/"
    error_message = "the settings follow the cloud"
  }
}

run "a_topic_that_is_there" {
  command = plan
  variables {
    existing_system_topic_name           = "events"
    existing_system_topic_resource_group = "Default-EventGrid"
  }

  assert {
    condition     = length(azapi_resource.topic) == 0 && azapi_resource.delivery.parent_id == "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/Default-EventGrid/providers/Microsoft.EventGrid/systemTopics/events"
    error_message = "is used"
  }
}

run "silence_is_as_long_as_the_window" {
  command = plan
  variables {
    heartbeat_window = "PT45M"
  }

  assert {
    condition     = strcontains(azapi_resource.silence.body.properties.criteria.allOf[0].query, "wait = 45m")
    error_message = "the query waits for as long as the window"
  }
}

run "all_that_is_optional" {
  command = plan
  variables {
    lock_resources         = true
    outcome_topic_id       = "/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/rg-events/providers/Microsoft.EventGrid/topics/changes"
    outcome_topic_endpoint = "https://changes.swedencentral-1.eventgrid.azure.net/api/events"
    workspace_id           = "/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/logs"
    action_group_id        = "/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/rg-logs/providers/Microsoft.Insights/actionGroups/people"
  }

  assert {
    condition     = length(azapi_resource.lock) == 1 && length(azapi_resource.workspace) == 0
    error_message = "a lock, and no workspace of our own"
  }
  assert {
    condition     = azapi_resource.outcome_topic[0].parent_id == var.outcome_topic_id && startswith(azapi_resource.outcome_topic[0].body.properties.roleDefinitionId, "/subscriptions/44444444-4444-4444-4444-444444444444/")
    error_message = "the right to send lies where the topic lies"
  }
  assert {
    condition     = one(azapi_resource.alerts["overlap"].body.properties.actions.actionGroups) == var.action_group_id
    error_message = "alerts go to the group"
  }
}

run "only_what_is_asked_for" {
  command = plan

  assert {
    condition     = length(azapi_resource.lock) + length(azapi_resource.outcome_topic) + length(azapi_resource.endpoints) == 0
    error_message = "no lock, no topic, no private endpoints by default"
  }
  assert {
    condition     = length(azapi_resource.workspace) == 1 && length(azapi_resource.alerts) == 7 && length(azapi_resource.event_alerts) == 2
    error_message = "a workspace and ten alerts, one of them on silence"
  }
}
