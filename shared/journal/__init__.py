"""What is remembered from run to run, and told once per change of state."""
