"""Turn a post's text into an analysis."""

import os

# Set before numpy is imported, or it is too late: on matrices as small as ours several
# threads on a shared core are up to a hundred times slower than one. Processes are the
# parallelism here (``nlp.workers``). Whoever sets a number keeps it.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
