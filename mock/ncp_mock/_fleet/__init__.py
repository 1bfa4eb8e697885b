"""The servers that the mock pretends to have, how they behave, and what lists show of them."""
