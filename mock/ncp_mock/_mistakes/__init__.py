"""Works out what went wrong where a signature is wrong, or missing.

``search`` makes the mistakes of ``table`` until one gives the signature; ``headers`` looks at what was sent besides.
"""
