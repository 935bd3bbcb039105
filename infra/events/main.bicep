metadata description = 'Brings the network events of this subscription to the app. Deployed after its code: the function must exist.'

targetScope = 'subscription'

@description('Name of the deployment that created the app, as given to main.bicep.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('Resource ID of the function app.')
@minLength(1)
param functionAppId string

@description('The system topic of this subscription, where it has one already: Azure allows no second. Empty: one is created.')
param existingSystemTopicName string = ''

@description('Resource group of that topic.')
param existingSystemTopicResourceGroup string = ''

@description('No finished check for so long is an alert, as given to main.bicep.')
@allowed(['PT10M', 'PT15M', 'PT30M', 'PT45M', 'PT1H', 'PT2H', 'PT6H', 'P1D'])
param heartbeatWindow string = 'PT15M'

@description('Resource ID of the action group that alerts go to. Empty: they only show in the portal.')
param actionGroupId string = ''

@description('Tags for everything that is created.')
param tags object = {}

var parts = split(functionAppId, '/')
var isApp = length(parts) == 9 && toLower('${parts[?6] ?? ''}/${parts[?7] ?? ''}') == 'microsoft.web/sites'
var isHere = toLower(parts[?2] ?? '') == toLower(subscription().subscriptionId)
var isOfEnvironment = toLower(parts[?4] ?? '') == toLower('rg-${environmentName}')
var groupName = isApp && isHere && isOfEnvironment
  ? parts[4]
  : fail('functionAppId is ${functionAppId}: give the resource ID of the function app in rg-${environmentName} of this subscription.')
// main.bicep calls the app func-..., and its Application Insights appi-... with the same words after it.
var insightsName = 'appi-${skip(last(parts), 5)}'
var isReused = !empty(existingSystemTopicName)
var topicName = isReused ? existingSystemTopicName : 'evgt-${environmentName}'
var topicGroup = isReused ? existingSystemTopicResourceGroup : groupName

module topic 'topic.bicep' = if (!isReused) {
  name: 'topic'
  scope: resourceGroup(groupName)
  params: { name: topicName, tags: tags }
}

module delivery 'subscription.bicep' = {
  name: 'interlinked-${environmentName}-events'
  scope: resourceGroup(topicGroup)
  params: { topicName: topicName, name: 'interlinked-${environmentName}', functionAppId: functionAppId }
  dependsOn: [topic]
}

module alerts 'alerts.bicep' = {
  name: 'event-alerts'
  scope: resourceGroup(groupName)
  params: {
    name: environmentName
    topicId: resourceId(subscription().subscriptionId, topicGroup, 'Microsoft.EventGrid/systemTopics', topicName)
    eventSubscriptionName: 'interlinked-${environmentName}'
    actionGroupId: actionGroupId
    tags: tags
  }
  dependsOn: [delivery]
}

module heartbeat 'heartbeat.bicep' = {
  name: 'heartbeat'
  scope: resourceGroup(groupName)
  params: {
    name: environmentName
    insightsId: resourceId(subscription().subscriptionId, groupName, 'Microsoft.Insights/components', insightsName)
    heartbeatWindow: heartbeatWindow
    actionGroupId: actionGroupId
    tags: tags
  }
  dependsOn: [delivery]
}
