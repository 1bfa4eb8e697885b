"""The service behind the gateway: Prism, and the fleet."""
