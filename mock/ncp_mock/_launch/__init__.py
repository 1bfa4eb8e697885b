"""Starting and ending: Prism, the thread of the gateway, and what is told of where it is."""
