"""The topology document: which hubs there are, which networks are spokes, and how many changes a run may make."""
