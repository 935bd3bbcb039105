metadata description = 'The app on Flex Consumption, with nothing secret in its settings.'

param name string
param location string
param tags object
param identityId string
param clientId string
param storageName string
param packageContainer string
param insightsName string
param openTelemetry bool
param instanceMemoryMB int
param maximumInstanceCount int
param alwaysReadyInstances int
param zoneRedundant bool

@description('With a subnet: addresses that may open the status page, separated by commas.')
param allowedAddresses string

@description('Empty: not in a virtual network, and reachable from everywhere.')
param integrationSubnetId string

@description('What the code reads, apart from what follows from the resources here.')
param settings object

var isPrivate = !empty(integrationSubnetId)
var addresses = filter(map(split(allowedAddresses, ','), each => trim(each)), each => !empty(each))
var readers = map(range(0, length(addresses)), i => {
  name: 'reader-${i}'
  priority: 200 + i
  action: 'Allow'
  ipAddress: addresses[i]
})
var eventGrid = [{ name: 'event-grid', priority: 100, action: 'Allow', tag: 'ServiceTag', ipAddress: 'AzureEventGrid' }]

resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'remediator' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    virtualNetworkSubnetId: isPrivate ? integrationSubnetId : null
    siteConfig: {
      minTlsVersion: '1.2'
      http20Enabled: true
      ipSecurityRestrictionsDefaultAction: isPrivate ? 'Deny' : 'Allow'
      ipSecurityRestrictions: isPrivate ? concat(eventGrid, readers) : []
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${packageContainer}'
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'python', version: '3.13' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        // One at a time is the default for Python; the functions are async, and readers need not start instances.
        triggers: { http: { perInstanceConcurrency: 16 } }
        alwaysReady: alwaysReadyInstances == 0
          ? []
          : [{ name: 'function:on_network_event', instanceCount: alwaysReadyInstances }]
      }
    }
  }
}

resource appSettings 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: app
  name: 'appsettings'
  properties: union(settings, {
    AZURE_CLIENT_ID: clientId
    ARM_ENDPOINT: environment().resourceManager
    AZURE_AUTHORITY_HOST: environment().authentication.loginEndpoint
    AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
    AzureWebJobsStorage__tableServiceUri: storage.properties.primaryEndpoints.table
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: clientId
    APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${clientId};Authorization=AAD'
  }, openTelemetry ? {
    AzureFunctionsJobHost__telemetryMode: 'OpenTelemetry'
    PYTHON_APPLICATIONINSIGHTS_LOGGER_NAME: 'interlinked'
  } : {})
}

resource ftp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource scm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

output id string = app.id
