terraform {
  required_version = ">= 1.9"

  required_providers {
    azapi = {
      source  = "Azure/azapi"
      version = "~> 2.4"
    }
  }
}

# The subscription is ARM_SUBSCRIPTION_ID, or that of `az account show`.
provider "azapi" {}

variable "package_uri" {
  type        = string
  description = "Address of interlinked.zip of the release to deploy."
}

variable "hub_vnet_id" {
  type        = string
  description = "Resource ID of the hub network."
}

module "interlinked" {
  source = "../.."

  environment_name = "network-dev"
  location         = "swedencentral"
  mode             = "audit"
  hub_vnet_id      = var.hub_vnet_id
  package_uri      = var.package_uri
}

output "function_app_id" {
  value = module.interlinked.function_app_id
}
