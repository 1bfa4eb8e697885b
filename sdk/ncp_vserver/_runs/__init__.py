"""Runs: servers changed batch after batch."""
