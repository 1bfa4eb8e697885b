"""Explains a wrong or missing signature.

``search`` makes the mistakes of ``table`` until one gives the signature; ``headers`` has those in the headers alone.
"""
