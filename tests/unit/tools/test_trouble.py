import pytest

from tools.setup.trouble import CommandFailed, SetupFailed, explain

SAID = {
    "E: Write error - write (28: No space left on device)": "the disk is full",
    "E: You don't have enough free space in /c/archives/.": "the disk is full",
    "Err:1 http://m.example sid InRelease\n  Temporary failure resolving 'm.example'": "no network",
    "E: Failed to fetch http://m.example/a.deb  Could not connect to m.example:80": "no network",
    "W: GPG error: ... NO_PUBKEY 0E98404D386FA1D9": "the mirror's signature is not good",
    "E: The repository 'http://m.example sid InRelease' is not signed.": "the mirror's signature",
    "E: Failed to fetch a.deb  Hash Sum mismatch": "a download is not what was promised",
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.": "a download is",
    "E: Unable to locate package sip-tester": "the package sources of this machine",
    "ERROR: No matching distribution found for rich==15.0.0": "the package index does not carry",
    "ERROR: In --require-hashes mode, all requirements must have their versions pinned": "requirem",
    "E: Could not get lock /var/lib/dpkg/lock-frontend.": "another package installation",
    "E: dpkg was interrupted, you must manually run ...": "an earlier package installation",
}


@pytest.mark.parametrize("output", SAID)
def test_known_trouble_becomes_one_line_with_what_to_do(output: str) -> None:
    line = str(explain(CommandFailed("apt-get", output)))

    assert line.startswith(SAID[output])
    assert ": " in line
    assert "\n" not in line


def test_unknown_trouble_is_told_in_the_programs_own_last_error() -> None:
    failed = CommandFailed("apt-get", "Reading...\nE: Something new\nDone\n")

    assert str(explain(failed)) == "apt-get failed: E: Something new"


def test_a_silent_failure_is_told_as_such() -> None:
    assert str(explain(CommandFailed("dpkg-deb", ""))) == "dpkg-deb failed: it printed nothing"


def test_trouble_while_working_ends_with_exit_1() -> None:
    assert SetupFailed("a", "b").exit_code == 1
