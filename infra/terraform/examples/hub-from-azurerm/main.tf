# For configurations that use azurerm: the hub is looked up there, and only this module uses azapi.

terraform {
  required_version = ">= 1.9"

  required_providers {
    azapi = {
      source  = "Azure/azapi"
      version = "~> 2.4"
    }
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 4.0"
    }
  }
}

provider "azapi" {}

provider "azurerm" {
  features {}
}

variable "package_uri" {
  type        = string
  description = "Address of interlinked.zip of the release to deploy."
}

# Which rights are needed depends on where the hub lies, so it has to be known while planning: look it up, or write its
# ID down, where it is not made by another configuration.
data "azurerm_virtual_network" "hub" {
  name                = "vnet-hub"
  resource_group_name = "rg-hub"
}

module "interlinked" {
  source = "../.."

  environment_name = "network-dev"
  location         = data.azurerm_virtual_network.hub.location
  mode             = "audit"
  hub_vnet_id      = data.azurerm_virtual_network.hub.id
  package_uri      = var.package_uri
}

output "function_app_id" {
  value = module.interlinked.function_app_id
}
