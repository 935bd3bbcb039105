# What the app may do with networks: the role once for each subscription, and at hubs that lie in none of them.

locals {
  own                 = lower(local.subscription_id)
  other_subscriptions = [for id in distinct([for each in var.other_subscription_ids : lower(trimspace(each))]) : id if id != "" && id != local.own]
  covered             = concat([local.own], local.other_subscriptions)

  listed_hubs = distinct([for each in concat(var.deploy_hub_role ? [var.hub_vnet_id] : [], var.other_hub_vnet_ids) : lower(trimspace(each))])
  hubs = {
    for id in local.listed_hubs : id => {
      subscription_id = split("/", id)[2]
      id              = "/subscriptions/${split("/", id)[2]}/resourceGroups/${split("/", id)[4]}/providers/Microsoft.Network/virtualNetworks/${split("/", id)[8]}"
    } if id != "" && !contains(local.covered, try(split("/", id)[2], ""))
  }

  role               = jsondecode(file("${path.module}/../roles/${var.mode}.json"))
  role_subscriptions = distinct(concat(local.covered, [for hub in values(local.hubs) : hub.subscription_id]))
  role_ids           = { for id in local.role_subscriptions : id => var.role_definition_id == "" ? azapi_resource.definition[id].id : var.role_definition_id }

  event_grid_data_sender = "d5a91429-5739-47e2-a06b-3470a27159e7"
}

# Changing the mode rewrites it in place, so no right is left over.
resource "azapi_resource" "definition" {
  for_each  = var.role_definition_id == "" ? toset(local.role_subscriptions) : toset([])
  type      = "Microsoft.Authorization/roleDefinitions@2022-04-01"
  parent_id = "/subscriptions/${each.value}"
  name      = uuidv5(local.guid_namespace, join("-", ["/subscriptions/${each.value}", local.app]))
  body = {
    properties = {
      roleName         = "${local.role.roleName} for ${local.app}, at ${each.value}"
      description      = local.role.description
      type             = "CustomRole"
      permissions      = [{ actions = local.role.actions, notActions = [] }]
      assignableScopes = ["/subscriptions/${each.value}"]
    }
  }
}

resource "azapi_resource" "spokes" {
  for_each  = toset(local.covered)
  type      = "Microsoft.Authorization/roleAssignments@2022-04-01"
  parent_id = "/subscriptions/${each.value}"
  name      = uuidv5(local.guid_namespace, join("-", ["/subscriptions/${each.value}", local.principal_id, local.role_ids[each.value]]))
  body = {
    properties = {
      principalId      = local.principal_id
      principalType    = "ServicePrincipal"
      roleDefinitionId = local.role_ids[each.value]
    }
  }
}

resource "azapi_resource" "hubs" {
  for_each  = local.hubs
  type      = "Microsoft.Authorization/roleAssignments@2022-04-01"
  parent_id = each.value.id
  name      = uuidv5(local.guid_namespace, join("-", [each.value.id, local.principal_id, local.role_ids[each.value.subscription_id]]))
  body = {
    properties = {
      principalId      = local.principal_id
      principalType    = "ServicePrincipal"
      roleDefinitionId = local.role_ids[each.value.subscription_id]
    }
  }
}

resource "azapi_resource" "outcome_topic" {
  count     = var.outcome_topic_id == "" ? 0 : 1
  type      = "Microsoft.Authorization/roleAssignments@2022-04-01"
  parent_id = var.outcome_topic_id
  name      = uuidv5(local.guid_namespace, join("-", [var.outcome_topic_id, local.principal_id, local.event_grid_data_sender]))
  body = {
    properties = {
      principalId      = local.principal_id
      principalType    = "ServicePrincipal"
      roleDefinitionId = "/subscriptions/${split("/", var.outcome_topic_id)[2]}/providers/Microsoft.Authorization/roleDefinitions/${local.event_grid_data_sender}"
    }
  }
}
