"""The page, and what else can be asked of the mock itself."""
