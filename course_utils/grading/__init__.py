"""Grading of notebooks: a sandbox runs the submission, a trusted process judges the values.

The references, the points and the hidden inputs stay in the trusted process. A worker in a
sandbox gets the student's cells and then inputs alone; it returns values as length-limited JSON.
"""
