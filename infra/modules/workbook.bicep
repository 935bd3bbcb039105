param name string
param location string
param tags object
param insightsId string

var charts = [
  { title: 'Pairs by state, and what needs a person', view: 'linechart', query: loadTextContent('../queries/pairs.kql') }
  { title: 'What audit would write', view: 'table', query: loadTextContent('../queries/due.kql') }
  { title: 'Found wrong and written, per day', view: 'barchart', query: loadTextContent('../queries/repairs.kql') }
  { title: 'Seconds from a network to its connected pair', view: 'linechart', query: loadTextContent('../queries/time-to-connected.kql') }
  { title: 'What needs a person', view: 'table', query: loadTextContent('../queries/failures.kql') }
  { title: 'Not deleted, though its network is gone', view: 'table', query: loadTextContent('../queries/held-back.kql') }
  { title: 'Hub capacity', view: 'table', query: loadTextContent('../queries/hub-capacity.kql') }
  { title: 'Found by the timer, not by an event', view: 'barchart', query: loadTextContent('../queries/missed-events.kql') }
  { title: 'Age of what was found wrong, in seconds', view: 'linechart', query: loadTextContent('../queries/drift-age.kql') }
  { title: 'Refused by Azure', view: 'barchart', query: loadTextContent('../queries/refusals.kql') }
  { title: 'Fewest writes left before throttling', view: 'linechart', query: loadTextContent('../queries/throttle-headroom.kql') }
]

var content = {
  version: 'Notebook/1.0'
  fallbackResourceIds: [insightsId]
  items: map(charts, chart => {
    type: 3
    name: chart.title
    content: {
      version: 'KqlItem/1.0'
      title: chart.title
      query: chart.query
      size: 0
      timeContext: { durationMs: 2592000000 }
      queryType: 0
      resourceType: 'microsoft.insights/components'
      visualization: chart.view
    }
  })
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, name)
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: name
    category: 'workbook'
    sourceId: insightsId
    version: 'Notebook/1.0'
    serializedData: string(content)
  }
}
