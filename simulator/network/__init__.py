"""The network resource provider: what it keeps, the rules it applies, and how it shows it."""
