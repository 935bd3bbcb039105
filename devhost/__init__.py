"""A local stand-in for `func start`, for machines without the Azure Functions Core Tools.

Microsoft's own `azure-functions-runtime` library imports the app, indexes it and runs its functions, exactly as
in Azure from Python 3.13 on. This package plays the host around it, which in Azure is a .NET program: it serves
the Event Grid webhook, the admin endpoints and the HTTP routes, and it keeps the timers. Never deployed.
"""
