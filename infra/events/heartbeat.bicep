metadata description = 'The alert on silence. It comes with the events, after the code: before, silence is what is to be expected.'

param name string
param insightsId string
param heartbeatWindow string
param actionGroupId string
param tags object

// KQL has another way to write them.
var waits = {
  PT10M: '10m'
  PT15M: '15m'
  PT30M: '30m'
  PT45M: '45m'
  PT1H: '1h'
  PT2H: '2h'
  PT6H: '6h'
  P1D: '1d'
}

resource silence 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: 'alert-${name}-no-reconcile'
  location: resourceGroup().location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Interlinked ${name}: no-reconcile'
    description: 'The timer has finished no check for two periods.'
    severity: 1
    enabled: true
    scopes: [insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: heartbeatWindow
    // The longest look back that Azure allows, to see whether the log is older than the window.
    overrideQueryTimeRange: 'P2D'
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: replace(loadTextContent('../queries/no-reconcile.kql'), 'wait = 15m', 'wait = ${waits[heartbeatWindow]}')
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: empty(actionGroupId) ? [] : [actionGroupId] }
  }
}
