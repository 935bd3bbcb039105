# Alerts on what the app logs. They ask Application Insights, so a shared workspace does not mix apps.

locals {
  queries = "${path.module}/../queries"

  rules = [
    {
      name        = "failing"
      description = "Something needs a person. The workbook says what, and why."
      query       = file("${local.queries}/failing.kql")
      severity    = 2
      window      = var.heartbeat_window
      dimensions  = []
    },
    {
      name        = "rights-missing"
      description = "The identity lacks a right."
      query       = file("${local.queries}/rights-missing.kql")
      severity    = 1
      window      = var.heartbeat_window
      dimensions  = []
    },
    {
      name        = "overlap"
      description = "An address space keeps a network from being peered."
      query       = file("${local.queries}/overlap.kql")
      severity    = 3
      window      = var.heartbeat_window
      dimensions  = []
    },
    {
      name        = "deletions-held-back"
      description = "More halves are to go than one run may remove."
      query       = file("${local.queries}/deletions-held-back.kql")
      severity    = 2
      window      = var.heartbeat_window
      dimensions  = []
    },
    {
      name        = "hub-filling"
      description = "The hub runs out of room for peerings."
      query       = file("${local.queries}/hub-filling.kql")
      severity    = 2
      window      = var.heartbeat_window
      dimensions  = [{ name = "code", operator = "Include", values = ["*"] }]
    },
    {
      name        = "functions-failing"
      description = "Runs end in an exception: wrong settings, no hub, or a bug."
      query       = file("${local.queries}/functions-failing.kql")
      severity    = 1
      window      = "PT15M"
      dimensions  = []
    },
    {
      name        = "events-refused"
      description = "Something other than Event Grid may be sending events."
      query       = file("${local.queries}/events-refused.kql")
      severity    = 3
      window      = "PT15M"
      dimensions  = []
    },
  ]
}

resource "azapi_resource" "alerts" {
  for_each  = { for rule in local.rules : rule.name => rule }
  type      = "Microsoft.Insights/scheduledQueryRules@2023-12-01"
  parent_id = azapi_resource.group.id
  name      = "alert-${local.name}-${each.key}"
  location  = var.location
  tags      = local.tags
  body = {
    kind = "LogAlert"
    properties = {
      displayName         = "Interlinked ${local.name}: ${each.key}"
      description         = each.value.description
      severity            = each.value.severity
      enabled             = true
      scopes              = [azapi_resource.insights.id]
      evaluationFrequency = "PT5M"
      windowSize          = each.value.window
      autoMitigate        = true
      criteria = {
        allOf = [
          {
            query           = each.value.query
            timeAggregation = "Count"
            operator        = "GreaterThan"
            threshold       = 0
            dimensions      = each.value.dimensions
            failingPeriods  = { numberOfEvaluationPeriods = 1, minFailingPeriodsToAlert = 1 }
          }
        ]
      }
      actions = { actionGroups = var.action_group_id == "" ? [] : [var.action_group_id] }
    }
  }
}
