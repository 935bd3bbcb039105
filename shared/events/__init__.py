"""What an event names, and who it says was the cause. Pure."""
