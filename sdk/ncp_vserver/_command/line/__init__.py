"""The command line: what can be typed, and which work that means."""
