"""Candidates, ranker, calibration."""
