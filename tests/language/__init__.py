"""Tests of digest.language."""
