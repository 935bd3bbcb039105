param name string
param topicId string
param eventSubscriptionName string
param actionGroupId string
param tags object

var metrics = {
  DeliveryAttemptFailCount: 'Deliveries fail and are tried again.'
  DroppedEventCount: 'Events are given up. The timer makes up for them, later.'
}

resource rules 'Microsoft.Insights/metricAlerts@2018-03-01' = [for metric in items(metrics): {
  name: 'alert-${name}-${metric.key}'
  location: 'global'
  tags: tags
  properties: {
    description: metric.value
    severity: 2
    enabled: true
    scopes: [topicId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: metric.key
          metricNamespace: 'Microsoft.EventGrid/systemTopics'
          metricName: metric.key
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 5
          dimensions: [{ name: 'EventSubscriptionName', operator: 'Include', values: [eventSubscriptionName] }]
        }
      ]
    }
    actions: empty(actionGroupId) ? [] : [{ actionGroupId: actionGroupId }]
  }
}]
