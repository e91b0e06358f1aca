"""One folder per capability. Lambda imports this first, in every function."""

import gc

# What a start makes stays, some 350,000 objects, and a request leaves a dozen to collect: looking at all of them for
# nothing, every 2,000 objects, takes a twentieth of the start.
gc.set_threshold(400_000)
