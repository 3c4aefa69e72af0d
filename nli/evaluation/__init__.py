"""Measuring a model on labelled pairs."""
