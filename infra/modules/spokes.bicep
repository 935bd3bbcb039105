metadata description = 'What the app may do with the networks of another subscription. Its owner can deploy this file alone.'

targetScope = 'subscription'

@description('Object ID of the app\'s identity.')
param principalId string

@allowed(['audit', 'enforce'])
param mode string

@description('Whose role it is, as in the app\'s own subscription.')
param app string

@description('A role created beforehand, see fleet/. Empty: one is created for this subscription.')
param roleDefinitionId string = ''

module role 'role-definition.bicep' = {
  name: 'interlinked-role-${uniqueString(app, deployment().location)}'
  params: { mode: mode, app: app, existingId: roleDefinitionId }
}

module assignment 'spokes-role.bicep' = {
  name: 'interlinked-assignment-${uniqueString(app, deployment().location)}'
  params: { principalId: principalId, roleDefinitionId: role.outputs.id }
}
