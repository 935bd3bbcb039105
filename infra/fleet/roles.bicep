metadata description = 'Both roles, once for all subscriptions of a management group.'

targetScope = 'managementGroup'

var here = managementGroup().id
var roles = {
  audit: loadJsonContent('../roles/audit.json')
  enforce: loadJsonContent('../roles/enforce.json')
}

resource definitions 'Microsoft.Authorization/roleDefinitions@2022-04-01' = [for role in items(roles): {
  name: guid(here, 'interlinked', role.key)
  properties: {
    roleName: '${role.value.roleName}, ${managementGroup().name}'
    description: role.value.description
    type: 'CustomRole'
    permissions: [{ actions: role.value.actions, notActions: [] }]
    assignableScopes: [here]
  }
}]

@description('What to pass as roleDefinitionId in mode audit.')
output auditRoleId string = tenantResourceId('Microsoft.Authorization/roleDefinitions', definitions[0].name)

@description('What to pass as roleDefinitionId in mode enforce.')
output enforceRoleId string = tenantResourceId('Microsoft.Authorization/roleDefinitions', definitions[1].name)
