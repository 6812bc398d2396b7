"""A research digest aggregator and newsletter builder."""

__version__ = "0.1.0"
