metadata description = 'The role of one app in one subscription. Changing the mode rewrites it in place, so no right is left over.'

targetScope = 'subscription'

@allowed(['audit', 'enforce'])
param mode string

@description('Whose role it is; role names are unique in a tenant.')
param app string

@description('A role created beforehand. Empty: this creates one.')
param existingId string

var here = subscription().id
var roles = {
  audit: loadJsonContent('../roles/audit.json')
  enforce: loadJsonContent('../roles/enforce.json')
}

resource definition 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (empty(existingId)) {
  name: guid(here, app)
  properties: {
    roleName: '${roles[mode].roleName} for ${app}, at ${subscription().subscriptionId}'
    description: roles[mode].description
    type: 'CustomRole'
    permissions: [{ actions: roles[mode].actions, notActions: [] }]
    assignableScopes: [here]
  }
}

output id string = empty(existingId) ? definition.id : existingId
