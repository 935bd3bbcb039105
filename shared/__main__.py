"""`python -m shared`: the command line, for where `interlinked` is not installed."""

import sys

from .cli.main import main

if __name__ == "__main__":
    sys.exit(main())
