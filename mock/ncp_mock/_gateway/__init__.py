"""The gateway: its HTTP server, signatures, faults, and the records of requests."""
