"""One request, on the network, and what its response proves."""
