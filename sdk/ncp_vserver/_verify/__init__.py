"""Whether what is assumed about NCP holds: each assumption has an id, and most have a probe."""
