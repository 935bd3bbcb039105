metadata description = 'Interlinked: keeps the virtual networks of this subscription peered with their hub.'

targetScope = 'subscription'

@description('Names everything: letters, digits and hyphens between them. Several can live in one subscription.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('Region of the app. It need not be the hub\'s.')
@minLength(1)
param location string

@description('audit: report what is wrong with the peerings. enforce: repair it.')
@allowed(['audit', 'enforce'])
param mode string

@description('Resource ID of the hub network. Give this, hubLocation, topologyFile or topology.')
param hubVnetId string = ''

@description('Region whose network is the hub.')
param hubLocation string = ''

@description('For several hubs, or rules for spokes: a topology document in the folder of the app, such as topology.yaml.')
param topologyFile string = ''

@description('The same as text, YAML or JSON.')
param topology string = ''

@description('How peerings are called, with {local} and {remote} and optionally {local_group} and {remote_group}. Empty: peer-{local}-{remote}.')
@maxLength(60)
param peeringNameTemplate string = ''

@description('Whether spokes use the gateway of the hub. never: not, but a use that is found is kept.')
@allowed(['never', 'when-available', 'always'])
param gatewayTransit string = 'never'

@description('Options of the halves on the hub, such as allowForwardedTraffic=false: true, false or keep. Empty: network access and forwarded traffic are allowed, the rest is kept.')
param hubPeeringOptions string = ''

@description('The same for the halves on the spokes.')
param spokePeeringOptions string = ''

@description('When everything is checked: NCRONTAB, seconds first. Empty: every five minutes.')
param reconcileSchedule string = ''

@description('Endpoint of an Event Grid custom topic that hears of changes of state. Empty: nobody does.')
param outcomeTopicEndpoint string = ''

@description('Resource ID of that topic, on which the app is then given the right to send. Empty: it has it already.')
param outcomeTopicId string = ''

@description('Two periods of the schedule or a little more: no finished check for so long is an alert.')
@allowed(['PT10M', 'PT15M', 'PT30M', 'PT45M', 'PT1H', 'PT2H', 'PT6H', 'P1D'])
param heartbeatWindow string = 'PT15M'

@description('How long a run for an event may take.')
@minValue(1)
@maxValue(28)
param eventBudgetSeconds int = 25

@description('How long a run of the timer may take.')
@minValue(30)
@maxValue(1740)
param timerBudgetSeconds int = 1500

@description('Memory of an instance. Not every region offers 512.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Most instances of each function. Some regions take no less than 40.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances kept warm for events. They cost money while idle; a cold start only delays.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = 0

@description('Instances spread over the zones of the region: two are always ready for each function, and paid for.')
param zoneRedundant bool = false

@description('How storage is kept. Empty: over the zones of the region, where it has them.')
@allowed(['', 'Standard_LRS', 'Standard_ZRS'])
param storageSku string = ''

@description('Resource ID of a Log Analytics workspace to use. Empty: one is created.')
param workspaceId string = ''

@description('How long a workspace of our own keeps the log.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Resource ID of the action group that alerts go to. Empty: they only show in the portal.')
param actionGroupId string = ''

@description('Metrics and traces by OpenTelemetry, of the host and of the app. The log facts are the same either way.')
param openTelemetry bool = false

@description('Storage reachable from a virtual network only, and the app from Event Grid only.')
param privateNetworking bool = false

@description('With privateNetworking: subnet delegated to Microsoft.App/environments, /27 or larger.')
param integrationSubnetId string = ''

@description('With privateNetworking: subnet for the private endpoints.')
param privateEndpointSubnetId string = ''

@description('With privateNetworking: addresses that may open the status page, such as 203.0.113.0/24, separated by commas. Empty: none may.')
param allowedAddresses string = ''

@description('With privateNetworking: private DNS zone of the blobs, in the public cloud privatelink.blob.core.windows.net.')
param blobDnsZoneId string = ''

@description('The same of the tables, such as privatelink.table.core.windows.net.')
param tableDnsZoneId string = ''

@description('Resource ID of a role created beforehand, see fleet/. Empty: one is created for this subscription.')
param roleDefinitionId string = ''

@description('False where the hub lies in another subscription and its owner assigns the role.')
param deployHubRole bool = true

@description('Other subscriptions that the topology document looks after, separated by commas.')
param otherSubscriptionIds string = ''

@description('Resource IDs of its hubs that lie in none of these, separated by commas.')
param otherHubVnetIds string = ''

@description('Protects the resource group from deletion.')
param lockResources bool = false

@description('Tags for everything that is created.')
param tags object = {}

// azd also takes dots, underscores and parentheses, and up to 64 of them; Azure does not, in most of the names below.
var characters = map(range(0, length(environmentName)), i => toLower(substring(environmentName, i, 1)))
var refused = filter(characters, each => !contains('abcdefghijklmnopqrstuvwxyz0123456789-', each))
var isName = empty(refused) && !startsWith(environmentName, '-') && !endsWith(environmentName, '-')
var name = isName
  ? environmentName
  : fail('environmentName is ${environmentName}: use letters, digits and hyphens, with a letter or digit first and last.')

var app = '${name} in ${subscription().subscriptionId}'
var token = take(uniqueString(subscription().id, name, location), 8)
var allTags = union(tags, { 'azd-env-name': name })

var own = toLower(subscription().subscriptionId)
var listedSubscriptions = map(split(otherSubscriptionIds, ','), id => toLower(trim(id)))
var otherSubscriptions = filter(union(listedSubscriptions, []), id => !empty(id) && id != own)

// A hub needs a role of its own only where its subscription as a whole is given none.
var covered = union([own], otherSubscriptions)
var listedHubs = map(split('${deployHubRole ? hubVnetId : ''},${otherHubVnetIds}', ','), id => toLower(trim(id)))
var hubs = filter(union(listedHubs, []), id => !empty(id) && !contains(covered, split(id, '/')[?2] ?? ''))
// A role made beforehand leaves nothing to deploy to the hub's subscription itself, only to its resource group.
var hubSubscriptions = empty(roleDefinitionId) ? union(map(hubs, id => (split(id, '/')[?2] ?? '')), []) : []
var hubsWithRole = empty(roleDefinitionId) ? [] : hubs
var topicParts = split(outcomeTopicId, '/')

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-${name}'
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: { name: 'id-${name}-${token}', location: location, tags: allTags }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    name: 'st${token}${take(uniqueString(group.id), 8)}'
    location: location
    tags: allTags
    principalId: identity.outputs.principalId
    isPublic: !privateNetworking
    sku: storageSku
  }
}

module privateStorage 'modules/private-storage.bicep' = if (privateNetworking) {
  name: 'private-storage'
  scope: group
  params: {
    storageName: storage.outputs.name
    location: location
    tags: allTags
    subnetId: privateEndpointSubnetId
    blobDnsZoneId: blobDnsZoneId
    tableDnsZoneId: tableDnsZoneId
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    name: '${name}-${token}'
    location: location
    tags: allTags
    workspaceId: workspaceId
    logRetentionDays: logRetentionDays
    principalId: identity.outputs.principalId
  }
}

module function 'modules/function.bicep' = {
  name: 'function'
  scope: group
  params: {
    name: 'func-${name}-${token}'
    location: location
    tags: allTags
    identityId: identity.outputs.id
    clientId: identity.outputs.clientId
    storageName: storage.outputs.name
    packageContainer: storage.outputs.packageContainer
    insightsName: monitoring.outputs.insightsName
    openTelemetry: openTelemetry
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    zoneRedundant: zoneRedundant
    integrationSubnetId: privateNetworking ? integrationSubnetId : ''
    allowedAddresses: allowedAddresses
    settings: {
      MODE: mode
      AZURE_SUBSCRIPTION_ID: subscription().subscriptionId
      HUB_VNET_ID: hubVnetId
      HUB_LOCATION: hubLocation
      TOPOLOGY_FILE: topologyFile
      TOPOLOGY: topology
      PEERING_NAME_TEMPLATE: peeringNameTemplate
      GATEWAY_TRANSIT: gatewayTransit
      HUB_PEERING_OPTIONS: hubPeeringOptions
      SPOKE_PEERING_OPTIONS: spokePeeringOptions
      RECONCILE_SCHEDULE: reconcileSchedule
      OUTCOME_TOPIC_ENDPOINT: outcomeTopicEndpoint
      PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY: string(openTelemetry)
      EVENT_BUDGET_SECONDS: string(eventBudgetSeconds)
      TIMER_BUDGET_SECONDS: string(timerBudgetSeconds)
    }
  }
  dependsOn: [privateStorage]
}

module spokes 'modules/spokes.bicep' = {
  name: 'interlinked-spokes-${token}'
  params: {
    principalId: identity.outputs.principalId
    mode: mode
    app: app
    roleDefinitionId: roleDefinitionId
  }
}

@batchSize(1)
module otherSpokes 'modules/spokes.bicep' = [for id in otherSubscriptions: {
  name: 'interlinked-spokes-${token}'
  scope: subscription(id)
  params: {
    principalId: identity.outputs.principalId
    mode: mode
    app: app
    roleDefinitionId: roleDefinitionId
  }
}]

@batchSize(1)
module hubRoles 'modules/hubs.bicep' = [for id in hubSubscriptions: {
  name: 'interlinked-hubs-${token}'
  scope: subscription(id)
  params: {
    hubVnetIds: join(hubs, ',')
    principalId: identity.outputs.principalId
    mode: mode
    app: app
  }
}]

module hubAssignments 'modules/hub-role.bicep' = [for id in hubsWithRole: {
  name: 'interlinked-hub-${uniqueString(token, id)}'
  scope: resourceGroup(split(id, '/')[2], split(id, '/')[4])
  params: {
    hubName: split(id, '/')[8]
    principalId: identity.outputs.principalId
    roleDefinitionId: roleDefinitionId
  }
}]

module outcomeTopic 'modules/topic-role.bicep' = if (!empty(outcomeTopicId)) {
  name: 'interlinked-topic-${token}'
  scope: resourceGroup(topicParts[?2] ?? subscription().subscriptionId, topicParts[?4] ?? group.name)
  params: { topicName: topicParts[?8] ?? '', principalId: identity.outputs.principalId }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    name: name
    location: location
    tags: allTags
    insightsId: monitoring.outputs.insightsId
    heartbeatWindow: heartbeatWindow
    actionGroupId: actionGroupId
  }
}

module workbook 'modules/workbook.bicep' = {
  name: 'workbook'
  scope: group
  params: {
    name: 'Interlinked ${name}'
    location: location
    tags: allTags
    insightsId: monitoring.outputs.insightsId
  }
}

module lock 'modules/lock.bicep' = if (lockResources) {
  name: 'lock'
  scope: group
  params: {}
}

output AZURE_RESOURCE_GROUP string = group.name
output INTERLINKED_FUNCTION_APP_ID string = function.outputs.id
