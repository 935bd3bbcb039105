"""Event Grid's system topic for a subscription: what happens in Azure Resource Manager is posted to webhooks."""
