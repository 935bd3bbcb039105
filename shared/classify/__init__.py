"""Which network is a hub, a spoke of which hub, or neither. Pure."""
