terraform {
  # 1.9 lets a validation look at other variables; functions of providers came with 1.8.
  required_version = ">= 1.9"

  required_providers {
    azapi = {
      source  = "Azure/azapi"
      version = "~> 2.4"
    }
  }
}
