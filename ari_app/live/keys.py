"""Every Redis key there is, in one place."""

AGENTS = "hotline:agents"  # hash: agent number -> state as JSON
WAITING = "hotline:waiting"  # hash: visit id -> call, queue, since and priority as JSON
EPOCH = "hotline:epoch"  # string: which build of the view this is; missing means rebuild
SEEN = "hotline:seen"  # string: ISO 8601, renewed every 2 s; when old, all is stale since
NEWS = "hotline:news"  # pub/sub: JSON of each change: hash, field, value or null
