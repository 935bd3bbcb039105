metadata description = 'What the app may do with a hub in another subscription. Its owner can deploy this file alone.'

targetScope = 'subscription'

@description('Resource ID of the hub network, in this subscription.')
param hubVnetId string

@description('Object ID of the app\'s identity.')
param principalId string

@allowed(['audit', 'enforce'])
param mode string

@description('Whose role it is, as in the app\'s own subscription.')
param app string

@description('A role created beforehand, see fleet/. Empty: one is created for this subscription.')
param roleDefinitionId string = ''

var parts = split(hubVnetId, '/')

module role 'role-definition.bicep' = {
  name: 'interlinked-hub-role-${uniqueString(app)}'
  params: { mode: mode, app: app, existingId: roleDefinitionId }
}

module assignment 'hub-role.bicep' = {
  name: 'interlinked-hub-assignment-${uniqueString(app)}'
  scope: resourceGroup(parts[4])
  params: { hubName: parts[8], principalId: principalId, roleDefinitionId: role.outputs.id }
}
