#!/usr/bin/env python3
"""Starts Django's commands; on a fresh machine it first makes the virtual environment.

python3 manage.py up      starts everything and prints the address
python3 manage.py test    runs every check that needs no second machine
"""

import os
import sys


def main() -> None:
    from gallery.config import bootstrap

    bootstrap.enter_environment(sys.argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gallery.config.settings")

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
