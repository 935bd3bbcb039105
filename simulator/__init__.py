"""A pocket Azure for development and tests: the network provider, Event Grid and managed identity.

Nothing in here knows the product: Azure's behaviour is written down independently of it.
"""
