"""What the people who run the app ask for: settings, schedules and the topology document. Pure, but for reading the document's file."""
