# Application Insights that takes telemetry from the app's identity and from nobody else.

locals {
  monitoring_metrics_publisher = "3913510d-42f4-4e42-8a64-420c390055eb"
}

resource "azapi_resource" "workspace" {
  count     = var.workspace_id == "" ? 1 : 0
  type      = "Microsoft.OperationalInsights/workspaces@2025-02-01"
  parent_id = azapi_resource.group.id
  name      = "log-${local.name}-${local.token}"
  location  = var.location
  tags      = local.tags
  body = {
    properties = {
      sku             = { name = "PerGB2018" }
      retentionInDays = var.log_retention_days
      features        = { disableLocalAuth = true }
    }
  }
}

resource "azapi_resource" "insights" {
  type      = "Microsoft.Insights/components@2020-02-02"
  parent_id = azapi_resource.group.id
  name      = "appi-${local.name}-${local.token}"
  location  = var.location
  tags      = local.tags
  body = {
    kind = "web"
    properties = {
      Application_Type    = "web"
      DisableLocalAuth    = true
      WorkspaceResourceId = var.workspace_id == "" ? azapi_resource.workspace[0].id : var.workspace_id
    }
  }
  response_export_values = ["properties.ConnectionString"]
}

resource "azapi_resource" "publisher" {
  type      = "Microsoft.Authorization/roleAssignments@2022-04-01"
  parent_id = azapi_resource.insights.id
  name      = uuidv5(local.guid_namespace, join("-", [azapi_resource.insights.id, local.principal_id, local.monitoring_metrics_publisher]))
  body = {
    properties = {
      principalId      = local.principal_id
      principalType    = "ServicePrincipal"
      roleDefinitionId = "${local.subscription}/providers/Microsoft.Authorization/roleDefinitions/${local.monitoring_metrics_publisher}"
    }
  }
}
