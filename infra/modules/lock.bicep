resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'interlinked'
  properties: { level: 'CanNotDelete', notes: 'Remove this lock before uninstalling.' }
}
