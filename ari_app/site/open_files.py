"""How many files a program may have open at once."""

import contextlib
import resource


def raise_file_limit(wanted: int) -> int:
    """Programs started from now on may open `wanted` files, or as many as we are allowed to give.

    Our own limit rises with theirs: Python code in the child, between fork and exec, could wait
    for ever for a lock that another thread held. Returns what they get, at most `wanted`.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if _reaches(soft, wanted):
        return wanted
    if not _reaches(hard, wanted):
        with contextlib.suppress(ValueError, OSError):  # only who is privileged may
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))
            return wanted
    given = wanted if _reaches(hard, wanted) else hard
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (given, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def _reaches(limit: int, wanted: int) -> bool:
    return limit == resource.RLIM_INFINITY or limit >= wanted
