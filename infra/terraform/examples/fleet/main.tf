# One app for each subscription, all from one provider: every resource names the subscription that it lies in.
# Both roles were made beforehand, once for the management group, with infra/fleet/roles.bicep.

terraform {
  required_version = ">= 1.9"

  required_providers {
    azapi = {
      source  = "Azure/azapi"
      version = "~> 2.4"
    }
  }
}

provider "azapi" {}

variable "package_uri" {
  type        = string
  description = "Address of interlinked.zip of the release to deploy; an earlier one rolls back."
}

variable "hub_vnet_id" {
  type        = string
  description = "Resource ID of the hub network that all of them share."
}

variable "role_definition_ids" {
  type        = object({ audit = string, enforce = string })
  description = "The roles that infra/fleet/roles.bicep puts out."
}

variable "subscriptions" {
  type        = map(object({ id = string, mode = optional(string, "audit") }))
  description = "The name of each environment, its subscription and mode."
}

module "interlinked" {
  source   = "../.."
  for_each = var.subscriptions

  environment_name   = each.key
  subscription_id    = each.value.id
  location           = "swedencentral"
  mode               = each.value.mode
  hub_vnet_id        = var.hub_vnet_id
  role_definition_id = var.role_definition_ids[each.value.mode]
  package_uri        = var.package_uri
}

output "function_app_ids" {
  value = { for name, app in module.interlinked : name => app.function_app_id }
}
