param storageName string
param location string
param tags object
param subnetId string
param blobDnsZoneId string
param tableDnsZoneId string

var services = [
  { name: 'blob', zoneId: blobDnsZoneId }
  { name: 'table', zoneId: tableDnsZoneId }
]

resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageName
}

resource endpoints 'Microsoft.Network/privateEndpoints@2024-07-01' = [for service in services: {
  name: 'pe-${storageName}-${service.name}'
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      {
        name: service.name
        properties: { privateLinkServiceId: storage.id, groupIds: [service.name] }
      }
    ]
  }
}]

resource zones 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-07-01' = [for (service, i) in services: {
  parent: endpoints[i]
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      { name: service.name, properties: { privateDnsZoneId: service.zoneId } }
    ]
  }
}]
