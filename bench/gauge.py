"""What the engine says of itself, from /metrics."""

import re
import urllib.request

from ari_app.site.installation import Installation

LAG_P99, CALLS_LIVE = 'hotline_loop_lag_seconds{of="p99"}', "hotline_calls_live"


def gauge(installation: Installation, name: str) -> float:
    """Raises RuntimeError when there is no such figure. Blocks."""
    address = f"http://127.0.0.1:{installation.site.ports.web}/metrics"
    with urllib.request.urlopen(address, timeout=5) as page:
        text = page.read().decode()
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"no {name} in /metrics")
    return float(found[1])
