"""Settings, wiring, the steps, the schedule, the command line and the pages."""
