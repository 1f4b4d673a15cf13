"""Every Redis key there is, in one place."""

AGENTS = "hotline:agents"  # hash: agent number -> state as JSON
QUEUES = "hotline:queues"  # hash: queue name -> waiting, busy as JSON
EPOCH = "hotline:epoch"  # string: which build of the view this is; missing means rebuild
NEWS = "hotline:news"  # pub/sub: one JSON per change
