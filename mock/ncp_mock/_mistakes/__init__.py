"""Works out what went wrong where a signature is wrong.

``search`` makes the known mistakes until one gives the signature; the other modules know what can go wrong with the
parts of a string to sign, the digest and the clock, and the words for it.
"""
