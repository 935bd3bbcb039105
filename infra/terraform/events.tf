# Brings the network events of this subscription to the app, and watches over them.

# The function has to exist before Event Grid takes it for a destination, which is some time after its code came.
data "azapi_resource" "function" {
  type      = "Microsoft.Web/sites/functions@2024-11-01"
  parent_id = azapi_resource.app.id
  name      = "on_network_event"

  retry = {
    error_message_regex  = ["404", "NotFound"]
    interval_seconds     = 10
    max_interval_seconds = 30
  }
  timeouts {
    read = "10m"
  }

  depends_on = [azapi_resource_action.package]
}

locals {
  is_reused   = var.existing_system_topic_name != ""
  topic_name  = local.is_reused ? var.existing_system_topic_name : "evgt-${local.name}"
  topic_group = local.is_reused ? var.existing_system_topic_resource_group : "rg-${local.name}"
  topic_id    = "${local.subscription}/resourceGroups/${local.topic_group}/providers/Microsoft.EventGrid/systemTopics/${local.topic_name}"

  metrics = {
    DeliveryAttemptFailCount = "Deliveries fail and are tried again."
    DroppedEventCount        = "Events are given up. The timer makes up for them, later."
  }

  # KQL has another way to write them.
  waits = {
    PT10M = "10m"
    PT15M = "15m"
    PT30M = "30m"
    PT45M = "45m"
    PT1H  = "1h"
    PT2H  = "2h"
    PT6H  = "6h"
    P1D   = "1d"
  }
}

resource "azapi_resource" "topic" {
  count     = local.is_reused ? 0 : 1
  type      = "Microsoft.EventGrid/systemTopics@2025-02-15"
  parent_id = azapi_resource.group.id
  name      = local.topic_name
  location  = "global"
  tags      = var.tags
  body = {
    properties = { topicType = "Microsoft.Resources.Subscriptions", source = local.subscription }
  }
}

# Our subscription on the system topic, new or shared with others.
resource "azapi_resource" "delivery" {
  type      = "Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15"
  parent_id = local.topic_id
  name      = "interlinked-${local.name}"
  body = {
    properties = {
      destination = {
        endpointType = "AzureFunction"
        properties = {
          resourceId                    = "${azapi_resource.app.id}/functions/${data.azapi_resource.function.name}"
          maxEventsPerBatch             = 1
          preferredBatchSizeInKilobytes = 64
        }
      }
      eventDeliverySchema = "EventGridSchema"
      filter = {
        includedEventTypes = ["Microsoft.Resources.ResourceWriteSuccess", "Microsoft.Resources.ResourceDeleteSuccess"]
        advancedFilters = [
          {
            operatorType = "StringIn"
            key          = "data.operationName"
            values = [
              "Microsoft.Network/virtualNetworks/write",
              "Microsoft.Network/virtualNetworks/delete",
              "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/write",
              "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/delete",
              "Microsoft.Resources/tags/write",
            ]
          },
          {
            operatorType = "StringContains"
            key          = "subject"
            values       = ["/providers/Microsoft.Network/virtualNetworks/"]
          },
        ]
      }
      retryPolicy = { eventTimeToLiveInMinutes = 1440, maxDeliveryAttempts = 30 }
    }
  }

  depends_on = [azapi_resource.topic]
}

resource "azapi_resource" "event_alerts" {
  for_each  = local.metrics
  type      = "Microsoft.Insights/metricAlerts@2018-03-01"
  parent_id = azapi_resource.group.id
  name      = "alert-${local.name}-${each.key}"
  location  = "global"
  tags      = var.tags
  body = {
    properties = {
      description         = each.value
      severity            = 2
      enabled             = true
      scopes              = [local.topic_id]
      evaluationFrequency = "PT5M"
      windowSize          = "PT15M"
      autoMitigate        = true
      criteria = {
        "odata.type" = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"
        allOf = [
          {
            criterionType   = "StaticThresholdCriterion"
            name            = each.key
            metricNamespace = "Microsoft.EventGrid/systemTopics"
            metricName      = each.key
            timeAggregation = "Total"
            operator        = "GreaterThan"
            threshold       = 5
            dimensions      = [{ name = "EventSubscriptionName", operator = "Include", values = ["interlinked-${local.name}"] }]
          }
        ]
      }
      actions = var.action_group_id == "" ? [] : [{ actionGroupId = var.action_group_id }]
    }
  }

  depends_on = [azapi_resource.delivery]
}

# The alert on silence comes after the code: before, silence is what is to be expected.
resource "azapi_resource" "silence" {
  type      = "Microsoft.Insights/scheduledQueryRules@2023-12-01"
  parent_id = azapi_resource.group.id
  name      = "alert-${local.name}-no-reconcile"
  location  = var.location
  tags      = var.tags
  body = {
    kind = "LogAlert"
    properties = {
      displayName         = "Interlinked ${local.name}: no-reconcile"
      description         = "The timer has finished no check for two periods."
      severity            = 1
      enabled             = true
      scopes              = [azapi_resource.insights.id]
      evaluationFrequency = "PT5M"
      windowSize          = var.heartbeat_window
      # The longest look back that Azure allows, to see whether the log is older than the window.
      overrideQueryTimeRange = "P2D"
      autoMitigate           = true
      criteria = {
        allOf = [
          {
            query           = replace(file("${local.queries}/no-reconcile.kql"), "wait = 15m", "wait = ${local.waits[var.heartbeat_window]}")
            timeAggregation = "Count"
            operator        = "GreaterThan"
            threshold       = 0
            failingPeriods  = { numberOfEvaluationPeriods = 1, minFailingPeriodsToAlert = 1 }
          }
        ]
      }
      actions = { actionGroups = var.action_group_id == "" ? [] : [var.action_group_id] }
    }
  }

  depends_on = [azapi_resource.delivery]
}
