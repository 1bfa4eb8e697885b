"""What a call does, as steps without I/O."""
