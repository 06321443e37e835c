"""Thin out the frames of fixed cameras: in a plain folder, and in the library as a job."""
