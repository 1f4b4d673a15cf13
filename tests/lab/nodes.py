"""A flow for lab calls through node types that no shipped flow has in this order.

95090  who calls -> a menu for this caller -> another flow inside this one, and back
95091  prompts of which one vanishes
95092  a look-up that hangs, then the line
95093  passed on to agent 1002
95094  passed on to a number outside
95095  passed on to another flow, for good
"""

OUTSIDE = "13800000024"

FLOWS = {
    "lab-nodes.toml": """
name = "lab-nodes"
start = "which"

[node.which]
type = "branch"
cases = [
    { exit = "prompt", to = "before", dialled = ["95091"] },
    { exit = "slow", to = "slow", dialled = ["95092"] },
    { exit = "extension", to = "extension", dialled = ["95093"] },
    { exit = "outside", to = "outside", dialled = ["95094"] },
    { exit = "other-flow", to = "other-flow", dialled = ["95095"] },
]
otherwise = "who"

[node.who]
type = "identify"
by = "pin"
known = "menu"
unknown = "line"
failed = "line"

[node.menu]
type = "personal-menu"
entries = [
    { name = "dialogue", prompt = "choice-self-service", to = "dialogue" },
    { name = "vip", prompt = "choice-person", to = "line", tier = ["vip"], weight = 9 },
]
otherwise = "line"

[node.dialogue]
type = "call"
flow = "lab-dialogue"
arguments = { number = "{call.caller}" }
results = { done = "done", person = "line" }
failed = "line"

[node.done]
type = "menu"
prompts = ["after-hours-menu"]
keys = { "1" = "line" }
otherwise = "end"

[node.before]
type = "say"
prompts = ["self-service-menu"]
next = "done"

[node.slow]
type = "look-up"
query = "lab-slow"
variables = { answer = "answer" }
found = "said"
nothing = "said"
failed = "sorry"

[node.extension]
type = "transfer"
extension = "1002"
talked = "done"
failed = "sorry"

[node.outside]
type = "transfer"
number = "OUTSIDE"
talked = "done"
busy = "line"
failed = "sorry"

[node.other-flow]
type = "transfer"
flow = "lab-dialogue"
arguments = { number = "{call.caller}" }

[node.said]
type = "say"
prompts = [{ value = "{answer}", as = "digits" }]
next = "end"

[node.sorry]
type = "say"
prompts = ["look-up-failed"]
next = "line"

[node.line]
type = "queue"
queue = "orders"
talked = "end"
timeout = "message"
nobody = "message"
closed = "message"

[node.message]
type = "mailbox"
mailbox = "hotline"
next = "end"

[node.end]
type = "hangup"
""".replace("OUTSIDE", OUTSIDE),
    "lab-dialogue.toml": """
name = "lab-dialogue"
start = "ask"
arguments = ["number"]

[node.ask]
type = "menu"
prompts = ["another-number-or-person"]
keys = { "1" = "read-back", "0" = "person" }
otherwise = "person"

[node.read-back]
type = "say"
prompts = ["your-number-is", { value = "{number}", as = "digits" }]
next = "done"

[node.done]
type = "return"
result = "done"

[node.person]
type = "return"
result = "person"
""",
    "queries/lab-slow.toml": """
name = "lab-slow"
columns = ["answer"]
sql = "SELECT pg_sleep(60)::text AS answer"
deadline_seconds = 3
""",
}
