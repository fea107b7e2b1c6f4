"""The types of the columns that graphs and logs are made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
"""Ids, counts and places."""

Nodes = NDArray[np.int32]
"""Dense indices of authors."""

Floats = NDArray[np.float64]
"""Measures and times."""

Singles = NDArray[np.float32]
"""Numbers of edges, of which there are many."""

Codes = NDArray[np.uint8]
"""Kinds of acts."""

Flags = NDArray[np.bool_]
"""Which rows to keep."""
