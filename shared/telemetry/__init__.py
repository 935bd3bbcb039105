"""Metrics and traces, imported only where OpenTelemetry is switched on."""
