"""Tests of digest.publish."""
