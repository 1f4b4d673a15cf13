"""`python -m ari_app`: the engine."""

import gc
import sys

gc.disable()  # what modules are made of stays, and looking through it takes a tenth of the start

if __name__ == "__main__":
    from ari_app.process import main

    sys.exit(main())
