"""The one file for each service that knows its SDK."""
