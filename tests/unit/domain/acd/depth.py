"""How hard property tests look: quick by default, `HYPOTHESIS_PROFILE=thorough` for a long run."""

import os

from hypothesis import HealthCheck, settings

_THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"

EXAMPLES = settings(
    max_examples=2000 if _THOROUGH else 40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
STORIES = settings(
    EXAMPLES,
    max_examples=3000 if _THOROUGH else 12,
    stateful_step_count=80 if _THOROUGH else 25,
)
