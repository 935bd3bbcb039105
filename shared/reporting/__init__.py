"""What is said of a run: the log, alerts that last, drift, and outcome events."""
