"""Azure's services behind the ports of the engine and of reporting: the SDK is imported here, and where credentials are made."""
