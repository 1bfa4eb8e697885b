"""What the contract says: the document, its two formats, and what it forbids."""
