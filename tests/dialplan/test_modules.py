"""What is loaded, and how Asterisk is closed up."""

import re

import pytest

from ari_app.workers import auto_answer
from tests.dialplan.parsed import ROOT, contexts, functions_used

CONF = ROOT / "asterisk-conf"
STEPS = [step for context in contexts() for step in context.steps]
LOADED = set(re.findall(r"^load = (\S+)\.so$", (CONF / "modules.conf.j2").read_text(), re.M))
BUILT_IN = {"Answer", "Goto", "GotoIf", "Hangup", "MSet", "Set"}
MODULE_OF_APP = {
    "AGI": "res_agi",
    "Dial": "app_dial",
    "Gosub": "app_stack",
    "MixMonitor": "app_mixmonitor",
    "Playback": "app_playback",
    "Record": "app_record",
    "Return": "app_stack",
    "Stasis": "app_stasis",
}
MODULE_OF_FUNCTION = {
    "CALLERID": "func_callerid",
    "CHANNEL": "func_channel",
    "FILTER": "func_strings",
    "GROUP": "func_groupcount",
    "IF": "func_logic",
    "PJSIP_HEADER": "res_pjsip_header_funcs",
    "RAND": "func_rand",
    "STRFTIME": "func_strings",
    "TIMEOUT": "func_timeout",
    "UUID": "func_uuid",
}
DANGEROUS = {
    "app_system", "app_disa", "app_originate", "app_externalivr", "app_chanspy", "app_exec",
    "app_voicemail", "func_shell", "func_curl", "func_env", "func_realtime", "pbx_spool", "pbx_ael",
    "res_pjsip_endpoint_identifier_anonymous", "res_config_curl", "app_macro", "res_ari_mailboxes",
}  # fmt: skip
TEMPLATES = sorted(CONF.glob("*.conf.j2"))


def settings(name: str) -> dict[str, str]:
    text = (CONF / f"{name}.conf.j2").read_text()
    return dict(re.findall(r"^(\w+) *=>? *([^;\n]*?) *$", text, re.MULTILINE))


@pytest.mark.parametrize("app", sorted({step.app for step in STEPS} - BUILT_IN))
def test_every_application_of_the_dialplan_is_loaded(app: str) -> None:
    assert MODULE_OF_APP[app] in LOADED


@pytest.mark.parametrize(
    "function", sorted(functions_used(" ".join(f"Set({step.args})" for step in STEPS)))
)
def test_every_function_of_the_dialplan_is_loaded(function: str) -> None:
    assert MODULE_OF_FUNCTION[function] in LOADED


@pytest.mark.parametrize("variable", auto_answer.HEADERS)
def test_every_function_that_the_engine_sets_on_a_leg_is_loaded(variable: str) -> None:
    assert MODULE_OF_FUNCTION[variable.partition("(")[0]] in LOADED


def test_nothing_is_loaded_that_is_not_listed() -> None:
    text = (CONF / "modules.conf.j2").read_text()

    assert settings("modules")["autoload"] == "no"
    assert "noload" not in text
    assert "require" not in text


def test_nothing_dangerous_is_loaded() -> None:
    assert not LOADED & DANGEROUS


def test_no_module_is_listed_twice() -> None:
    listed = re.findall(r"^load = (\S+)", (CONF / "modules.conf.j2").read_text(), re.MULTILINE)

    assert len(listed) == len(set(listed))


def test_a_module_of_mailboxes_or_queues_of_asterisk_is_not_ours() -> None:
    assert LOADED & {"app_queue", "app_voicemail", "app_agent_pool", "app_confbridge"} == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("execincludes", "no"),
        ("live_dangerously", "no"),
        ("disable_remote_console_shell", "yes"),
        ("transmit_silence", "yes"),
        ("cache_record_files", "no"),
        ("astctlpermissions", "0660"),
    ],
)
def test_asterisk_itself_is_closed_up(name: str, value: str) -> None:
    assert settings("asterisk")[name] == value


@pytest.mark.parametrize("name", ["http", "manager"])
def test_what_controls_asterisk_listens_on_the_loopback_address_only(name: str) -> None:
    assert settings(name)["bindaddr"] == "127.0.0.1"


def test_the_manager_interface_lets_nobody_in_from_elsewhere() -> None:
    manager = settings("manager")

    assert manager["deny"] == "0.0.0.0/0.0.0.0"
    assert manager["permit"] == "127.0.0.1/255.255.255.255"
    assert manager["webenabled"] == "no"
    writes = set(manager["write"].split(","))
    assert writes & {"system", "command", "originate", "config", "all", "dialplan"} == set()


def test_no_event_of_a_calls_life_is_made_for_the_manager_interface_where_none_is_read() -> None:
    manager = settings("manager")

    assert manager["read"] == ""
    made = {"Newchannel", "Newexten", "Newstate", "NewCallerid", "BridgeEnter", "DTMFEnd", "Hangup"}
    assert made <= set(manager["disabledevents"].split(","))


def test_asterisk_does_not_report_to_its_own_developers() -> None:
    declined = re.findall(r"^decline = (\w+)$", (CONF / "stasis.conf.j2").read_text(), re.MULTILINE)

    assert "ast_test_suite_message_type" in declined


def test_nobody_calls_our_scripts_but_on_this_host() -> None:
    assert settings("extensions")["AGI_ADDRESS"].startswith("127.0.0.1:")


def test_what_nobody_wrote_is_not_fallen_through_to() -> None:
    assert settings("extensions")["autofallthrough"] == "yes"
    assert settings("extensions")["clearglobalvars"] == "no"  # a reload must not shut the gate


@pytest.mark.parametrize("name", ["trunk", "phone"])
def test_nobody_on_a_trunk_transfers_and_each_side_has_its_context(name: str) -> None:
    text = (CONF / "pjsip.conf.j2").read_text()
    part = text.partition(f"[{name}](!)")[2].partition("\n[")[0]
    values = dict(re.findall(r"^(\w+) = (.*)$", part, re.MULTILINE))

    assert values["context"] == {"trunk": "from-trunk", "phone": "from-agents"}[name]
    assert values["direct_media"] == "no"
    assert name == "phone" or values["allow_transfer"] == "no"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_file_holds_a_password_of_its_own(path: object) -> None:
    text = path.read_text()  # type: ignore[attr-defined]

    for name, value in re.findall(r"^(password|secret) *= *(.*)$", text, re.MULTILINE):
        assert re.fullmatch(r"\{\{ [\w.]+ \}\}", value), name


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_file_says_at_the_top_what_it_is_for(path: object) -> None:
    assert path.read_text().startswith("; ")  # type: ignore[attr-defined]
