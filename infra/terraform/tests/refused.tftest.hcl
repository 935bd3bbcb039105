# What the variables refuse, before anything is planned.

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
}

variables {
  environment_name = "network-dev"
  location         = "swedencentral"
  mode             = "audit"
  hub_location     = "swedencentral"
  package_uri      = "https://example.com/interlinked.zip"
}

run "a_name_with_dots" {
  command = plan
  variables {
    environment_name = "network.dev"
  }
  expect_failures = [var.environment_name]
}

run "a_name_that_ends_in_a_hyphen" {
  command = plan
  variables {
    environment_name = "network-"
  }
  expect_failures = [var.environment_name]
}

run "a_name_of_33_characters" {
  command = plan
  variables {
    environment_name = "a23456789a23456789a23456789a23456"
  }
  expect_failures = [var.environment_name]
}

run "another_mode" {
  command = plan
  variables {
    mode = "repair"
  }
  expect_failures = [var.mode]
}

run "no_hub" {
  command = plan
  variables {
    hub_location = ""
  }
  expect_failures = [var.hub_vnet_id]
}

run "a_hub_that_is_no_network" {
  command = plan
  variables {
    hub_vnet_id = "/subscriptions/s/resourceGroups/g"
  }
  expect_failures = [var.hub_vnet_id]
}

run "private_networking_without_subnets" {
  command = plan
  variables {
    private_networking = true
  }
  expect_failures = [var.private_networking]
}

run "a_topic_without_its_group" {
  command = plan
  variables {
    existing_system_topic_name = "events"
  }
  expect_failures = [var.existing_system_topic_name]
}

run "a_package_from_nowhere" {
  command = plan
  variables {
    package_uri = "interlinked.zip"
  }
  expect_failures = [var.package_uri]
}

run "too_much_memory" {
  command = plan
  variables {
    instance_memory_mb = 8192
  }
  expect_failures = [var.instance_memory_mb]
}
