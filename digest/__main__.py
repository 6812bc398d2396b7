"""`python -m digest` is `digest`."""

import sys

from digest.cli.main import main

sys.exit(main())
