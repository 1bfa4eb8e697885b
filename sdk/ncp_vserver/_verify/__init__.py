"""Verification of the assumptions about NCP: each has an id, and most have a probe."""
