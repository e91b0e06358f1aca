"""One folder per capability. Lambda imports this first, in every function."""

import gc

# What a start imports stays, and a request leaves next to nothing: collecting every 2,000 objects finds nothing for a
# twenty-fifth of the start.
gc.set_threshold(50_000)
