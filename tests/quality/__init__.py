"""Floors: how well stages do on data written for it."""
