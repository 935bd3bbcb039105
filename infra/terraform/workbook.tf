locals {
  charts = [
    { title = "Pairs by state, and what needs a person", view = "linechart", query = file("${local.queries}/pairs.kql") },
    { title = "What audit would write", view = "table", query = file("${local.queries}/due.kql") },
    { title = "Found wrong and written, per day", view = "barchart", query = file("${local.queries}/repairs.kql") },
    { title = "Seconds from a network to its connected pair", view = "linechart", query = file("${local.queries}/time-to-connected.kql") },
    { title = "What needs a person", view = "table", query = file("${local.queries}/failures.kql") },
    { title = "Not deleted, though its network is gone", view = "table", query = file("${local.queries}/held-back.kql") },
    { title = "Hub capacity", view = "table", query = file("${local.queries}/hub-capacity.kql") },
    { title = "Found by the timer, not by an event", view = "barchart", query = file("${local.queries}/missed-events.kql") },
    { title = "Age of what was found wrong, in seconds", view = "linechart", query = file("${local.queries}/drift-age.kql") },
    { title = "Refused by Azure", view = "barchart", query = file("${local.queries}/refusals.kql") },
    { title = "Fewest writes left before throttling", view = "linechart", query = file("${local.queries}/throttle-headroom.kql") },
  ]

  content = {
    version             = "Notebook/1.0"
    fallbackResourceIds = [azapi_resource.insights.id]
    items = [for chart in local.charts : {
      type = 3
      name = chart.title
      content = {
        version       = "KqlItem/1.0"
        title         = chart.title
        query         = chart.query
        size          = 0
        timeContext   = { durationMs = 2592000000 }
        queryType     = 0
        resourceType  = "microsoft.insights/components"
        visualization = chart.view
      }
    }]
  }
}

resource "azapi_resource" "workbook" {
  type      = "Microsoft.Insights/workbooks@2023-06-01"
  parent_id = azapi_resource.group.id
  name      = uuidv5(local.guid_namespace, join("-", ["${local.subscription}/resourceGroups/rg-${local.name}", "Interlinked ${local.name}"]))
  location  = var.location
  tags      = local.tags
  body = {
    kind = "shared"
    properties = {
      displayName    = "Interlinked ${local.name}"
      category       = "workbook"
      sourceId       = azapi_resource.insights.id
      version        = "Notebook/1.0"
      serializedData = jsonencode(local.content)
    }
  }
}
