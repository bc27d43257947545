"""Starts LocalStack, on Python 3.12 too.

4.14 uses one name of the standard library that came with 3.13; ``typing_extensions`` has the same for older ones.
"""

import runpy
import warnings

from typing_extensions import deprecated

if not hasattr(warnings, "deprecated"):
    warnings.deprecated = deprecated

if __name__ == "__main__":
    runpy.run_module("localstack.runtime.main", run_name="__main__")
