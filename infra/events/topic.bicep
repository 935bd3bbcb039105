@minLength(3)
@maxLength(128)
param name string
param tags object

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: 'global'
  tags: tags
  properties: { topicType: 'Microsoft.Resources.Subscriptions', source: subscription().id }
}
