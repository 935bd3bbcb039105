metadata description = 'What the app may do with hubs in another subscription. Its owner can deploy this file alone.'

targetScope = 'subscription'

@description('Resource IDs of hub networks, separated by commas. Those in other subscriptions are left out.')
param hubVnetIds string

@description('Object ID of the app\'s identity.')
param principalId string

@allowed(['audit', 'enforce'])
param mode string

@description('Whose role it is, as in the app\'s own subscription.')
param app string

@description('A role created beforehand, see fleet/. Empty: one is created for this subscription.')
param roleDefinitionId string = ''

var own = toLower(subscription().subscriptionId)
var listed = map(split(hubVnetIds, ','), id => toLower(trim(id)))
var hubs = filter(union(listed, []), id => (split(id, '/')[?2] ?? '') == own)

module role 'role-definition.bicep' = {
  name: 'interlinked-role-${uniqueString(app, deployment().location)}'
  params: { mode: mode, app: app, existingId: roleDefinitionId }
}

module assignments 'hub-role.bicep' = [for id in hubs: {
  name: 'interlinked-hub-${uniqueString(app, id)}'
  scope: resourceGroup(split(id, '/')[4])
  params: { hubName: split(id, '/')[8], principalId: principalId, roleDefinitionId: role.outputs.id }
}]
