"""What is reported of a run: the run log, alerts, drift, open changes and outcome events."""
