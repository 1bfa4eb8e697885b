"""Works out what went wrong where a signature is wrong, or missing.

``search`` makes the known mistakes until one gives the signature, ``memory`` holds what it found lately, ``headers``
looks for what stands in place of a missing header; the other modules know what can go wrong with the parts of a string
to sign, the key, the digest and the clock, and the words for it.
"""
