"""From files to a searchable library: reading, cleaning, splitting, embedding, retrieving.

This package imports nothing else of ours.
"""
