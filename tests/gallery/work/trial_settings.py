"""The product's settings and one more kind of job; for the processes the kill test starts."""

from gallery.config.settings import *  # noqa: F403
from gallery.config.settings import JOB_HANDLERS

JOB_HANDLERS["trial"] = "tests.gallery.work.trial_handler"
