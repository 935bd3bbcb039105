"""What is: IDs, what Azure reports, changes to it, and why. Pure."""
