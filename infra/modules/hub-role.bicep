param hubName string
param principalId string
param roleDefinitionId string

resource hub 'Microsoft.Network/virtualNetworks@2024-07-01' existing = {
  name: hubName
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: hub
  name: guid(hub.id, principalId, roleDefinitionId)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: roleDefinitionId
  }
}
