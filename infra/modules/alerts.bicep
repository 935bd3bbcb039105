metadata description = 'Alerts on what the app logs. They ask Application Insights, so a shared workspace does not mix apps. What each check finds anew stays an alert for as long as it lasts.'

param name string
param location string
param tags object
param insightsId string
param heartbeatWindow string
param actionGroupId string

var rules = [
  {
    name: 'failing'
    description: 'Something needs a person. The workbook says what, and why.'
    query: loadTextContent('../queries/failing.kql')
    severity: 2
    window: heartbeatWindow
    dimensions: []
  }
  {
    name: 'rights-missing'
    description: 'The identity lacks a right.'
    query: loadTextContent('../queries/rights-missing.kql')
    severity: 1
    window: heartbeatWindow
    dimensions: []
  }
  {
    name: 'overlap'
    description: 'An address space keeps a network from being peered.'
    query: loadTextContent('../queries/overlap.kql')
    severity: 3
    window: heartbeatWindow
    dimensions: []
  }
  {
    name: 'deletions-held-back'
    description: 'More halves are to go than one run may remove.'
    query: loadTextContent('../queries/deletions-held-back.kql')
    severity: 2
    window: heartbeatWindow
    dimensions: []
  }
  {
    name: 'hub-filling'
    description: 'The hub runs out of room for peerings.'
    query: loadTextContent('../queries/hub-filling.kql')
    severity: 2
    window: heartbeatWindow
    dimensions: [{ name: 'code', operator: 'Include', values: ['*'] }]
  }
  {
    name: 'functions-failing'
    description: 'Runs end in an exception: wrong settings, no hub, or a bug.'
    query: loadTextContent('../queries/functions-failing.kql')
    severity: 1
    window: 'PT15M'
    dimensions: []
  }
  {
    name: 'events-refused'
    description: 'Something other than Event Grid may be sending events.'
    query: loadTextContent('../queries/events-refused.kql')
    severity: 3
    window: 'PT15M'
    dimensions: []
  }
]

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for rule in rules: {
  name: 'alert-${name}-${rule.name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Interlinked ${name}: ${rule.name}'
    description: rule.description
    severity: rule.severity
    enabled: true
    scopes: [insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: rule.window
    autoMitigate: true
    criteria: {
      allOf: [
        {
          query: rule.query
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          dimensions: rule.dimensions
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: empty(actionGroupId) ? [] : [actionGroupId] }
  }
}]
