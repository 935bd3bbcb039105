metadata description = 'What the Functions host keeps: keys, timer locks, the package. Reached by identity alone.'

@minLength(3)
@maxLength(24)
param name string
param location string
param tags object
param principalId string
param isPublic bool

@description('Empty: over zones where the region has them. What storage holds can be made again, but an outage of a zone would stop the app.')
@allowed(['', 'Standard_LRS', 'Standard_ZRS'])
param sku string

var containerName = 'packages'
var hasZones = !empty(pickZones('Microsoft.Compute', 'virtualMachines', location))
var bestSku = hasZones ? 'Standard_ZRS' : 'Standard_LRS'
var roles = {
  blobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  tableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}

resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: empty(sku) ? bestSku : sku }
  properties: {
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    publicNetworkAccess: isPublic ? 'Enabled' : 'Disabled'
    supportsHttpsTrafficOnly: true
    networkAcls: { defaultAction: isPublic ? 'Allow' : 'Deny', bypass: 'None' }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: storage
  name: 'default'
  properties: { deleteRetentionPolicy: { enabled: true, days: 7 } }
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobs
  name: containerName
  properties: { publicAccess: 'None' }
}

resource assignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in items(roles): {
  scope: storage
  name: guid(storage.id, principalId, role.value)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.value)
  }
}]

@description('The app must not start before it may read its storage; whoever takes this name waits for the roles.')
output name string = storage.name
output packageContainer string = packages.name
