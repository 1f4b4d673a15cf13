"""Why set-up stopped, in one line: what happened, and what to do next."""

import re


class SetupFailed(Exception):
    """Set-up cannot go on; `str()` is the whole line for the person at the keyboard."""

    exit_code = 1

    def __init__(self, what: str, what_next: str) -> None:
        super().__init__(f"{what}: {what_next}")


class WrongSetting(SetupFailed):
    """A setting or argument is wrong; nothing was tried."""

    exit_code = 2


class CommandFailed(Exception):
    """A program ended with an error; `output` is everything it printed."""

    def __init__(self, program: str, output: str) -> None:
        super().__init__(f"{program} failed")
        self.program = program
        self.output = output


# What apt-get, dpkg and pip print (LC_ALL=C) -> what that means -> what to do. First match counts.
KNOWN = (
    (
        r"No space left on device|don't have enough free space",
        "the disk is full",
        "free some space and run it again",
    ),
    (
        r"Could not get lock|Unable to acquire the dpkg frontend lock",
        "another package installation is running",
        "wait until it is done and run it again",
    ),
    (
        r"is not signed|NO_PUBKEY|BADSIG|EXPKEYSIG|REVKEYSIG|Sub-process .*sqv|GPG error",
        "the mirror's signature is not good",
        "update the package debian-archive-keyring, or set HOTLINE_DEBIAN_MIRROR to another mirror",
    ),
    (
        r"Hash Sum mismatch|DO NOT MATCH THE HASHES|unexpected size",
        "a download is not what was promised",
        "run it again; if it stays, the mirror or index holds a changed file",
    ),
    (
        r"Temporary failure resolving|Could not resolve|Could not connect|Unable to connect"
        r"|Connection failed|connection timed out|Network is unreachable|NewConnectionError"
        r"|NameResolutionError|ConnectTimeoutError|Read timed out",
        "no network",
        "the first run needs one (later runs do not); check it and run it again",
    ),
    (
        r"Unable to locate package|has no installation candidate",
        "the package sources of this machine do not carry all that is needed",
        "add the distribution's main archive (on Ubuntu also universe) and run it again",
    ),
    (
        r"No matching distribution found|Could not find a version",
        "the package index does not carry a locked version",
        "check pip's index settings, or run `make lock` for versions that it does carry",
    ),
    (
        r"must have their versions pinned",
        "requirements/lock.txt lacks a package that this version of Python needs",
        "name it in requirements/lock.in and run `make lock`",
    ),
    (
        r"dpkg was interrupted",
        "an earlier package installation was interrupted",
        "run `dpkg --configure -a` as root, then run it again",
    ),
)


def explain(error: CommandFailed) -> SetupFailed:
    """The one line for a failed command: the known cause, else the command's own last words."""
    for pattern, what, what_next in KNOWN:
        if re.search(pattern, error.output, re.IGNORECASE):
            return SetupFailed(what, what_next)
    return SetupFailed(f"{error.program} failed", _last_words(error.output))


def _last_words(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("E: ", "ERROR: ", "dpkg-deb: error"))]
    return (errors or lines or ["it printed nothing"])[-1]
