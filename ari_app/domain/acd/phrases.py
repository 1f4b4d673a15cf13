"""The sentences of `explain`, Chinese and English side by side; both have the same keys."""

from collections.abc import Mapping

Phrases = Mapping[str, str]

_BOTH: dict[str, tuple[str, str]] = {
    "comma": (",", ", "),
    "stop": ("。", "."),
    "skill": ("{skill} {level} 级以上", "{skill} at level {level} or above"),
    "decided": (
        "来电 {contact} 在队列 {queue} 等待 {waited} 秒后派给坐席 {agent}:{cause}。",
        "Call {contact} in queue {queue} went to agent {agent} after {waited} s: {cause}.",
    ),
    "cause.contact_arrived": ("来电进入队列", "the call entered the queue"),
    "cause.contact_changed": ("来电的要求或优先级有变", "the call's needs or priority changed"),
    "cause.agent_freed": ("坐席空出", "the agent became free"),
    "cause.agent_changed": ("坐席的技能或队列有变", "an agent's skills or queues changed"),
    "cause.requirements_relaxed": ("技能要求按等待时间放宽", "waiting time relaxed the needs"),
    "cause.patience_ended": ("不再只等指定坐席", "the wait for one agent was over"),
    "cause.agent_left": ("所等的坐席离开", "the agent it waited for left"),
    "cause.exclusion_ended": (
        "未接后的回避时间结束",
        "an agent who had missed it may get it again",
    ),
    "cause.slot_freed": ("队列同时通话数低于上限", "the queue fell below its cap"),
    "cause.offer_undone": ("上一次派话没有接通", "an offer before this one came to nothing"),
    "cause.rules_changed": ("队列规则有变", "the queue's rules changed"),
    "needs": ("要求:{skills}", "It needed {skills}"),
    "needs.nothing": ("没有技能要求", "It needed no particular skill"),
    "relaxed": (";已放宽 {step} 次", " (relaxation steps so far: {step})"),
    "eligible.agents": (
        "当时合适且示闲的坐席 {count} 名,分属 {heads} 个技能档。",
        "Suitable agents who were ready: {count}; skill profiles among them: {heads}.",
    ),
    "eligible.contacts": (
        "该坐席当时可接的等待来电 {count} 个,分属 {heads} 条线。",
        "Waiting calls this agent could take: {count}; lines they stood in: {heads}.",
    ),
    "rule.longest_idle": ("规则:空闲最久者先接。{ranked}。", "Longest idle first: {ranked}."),
    "rule.least_overqualified": (
        "规则:技能富余最少者先接,相同则空闲最久。{ranked}。",
        "Least over-qualified first, then longest idle: {ranked}.",
    ),
    "rule.fewest_calls": (
        "规则:接话最少者先接,相同则空闲最久。{ranked}。",
        "Fewest calls first, then longest idle: {ranked}.",
    ),
    "rule.highest_score": (
        "规则:得分(优先级、客户等级加等待时间)最高者先接。{ranked}。",
        "Highest score first (priority and tier plus waiting time): {ranked}.",
    ),
    "value.longest_idle": ("{name} 空闲 {seconds} 秒", "{name} idle {seconds} s"),
    "value.least_overqualified": (
        "{name} 富余 {value} 级、空闲 {seconds} 秒",
        "{name} with {value} levels unused, idle {seconds} s",
    ),
    "value.fewest_calls": (
        "{name} 已接 {value} 个、空闲 {seconds} 秒",
        "{name} with {value} calls, idle {seconds} s",
    ),
    "value.highest_score": (
        "{name} 得 {value} 分、已等 {seconds} 秒",
        "{name} with {value} points, waiting {seconds} s",
    ),
    "wish.preferred": ("{agent} 是该客户的专属坐席。", "{agent} is this customer's own agent."),
    "wish.last": (
        "{agent} 是上次为该客户服务的坐席。",
        "{agent} spoke with this customer last.",
    ),
    "wish.cut_off": (
        "{agent} 刚才与该来电者的通话中断了。",
        "{agent} was cut off from this caller a moment ago.",
    ),
    "wish.named": ("来电者按工号指定了 {agent}。", "The caller asked for {agent} by number."),
    "preferred": (
        "坐席还具备 {count} 项优先技能。",
        "Preferred skills this agent has: {count}.",
    ),
    "skip.excluded": (
        "跳过 {name}:刚才拒接或未接过。",
        "Passed over {name}: refused or missed a moment ago.",
    ),
    "skip.cap_reached": (
        "跳过队列 {name}:同时通话数已到上限。",
        "Passed over queue {name}: it has as many busy agents as it may.",
    ),
    "skip.wish_busy": (
        "指定的坐席 {name} 没有空出来。",
        "The wished agent {name} was not free in time.",
    ),
    "skip.wish_away": ("指定的坐席 {name} 不在。", "The wished agent {name} was not here."),
    "skip.wish_unfit": (
        "指定的坐席 {name} 不具备所需技能或不在该队列。",
        "The wished agent {name} lacks a skill or is not in this queue.",
    ),
    "held": (
        "该队列另有 {count} 个来电只等指定坐席,未参与比较。",
        "Calls of this queue that waited for one agent only and were not compared: {count}.",
    ),
    "stands": (
        "来电 {contact} 在队列 {queue} 已等 {waited} 秒,排第 {position} 位。",
        "Call {contact} has waited {waited} s in queue {queue}, at position {position}.",
    ),
    "wait.reserved": ("已派给坐席 {agent}。", "It is reserved for agent {agent}."),
    "wait.own_agent": ("目前只等坐席 {agent}。", "For now it waits for agent {agent} only."),
    "wait.cap_reached": (
        "队列同时通话数已到上限。",
        "The queue has as many busy agents as it may.",
    ),
    "wait.nobody_here": ("没有合适的坐席签入。", "No suitable agent has logged in."),
    "wait.all_busy": (
        "合适的坐席 {here} 名,都在忙。",
        "Suitable agents: {here}, none of them free.",
    ),
    "wait.all_excluded": (
        "示闲的合适坐席 {ready} 名,都刚拒接或未接过。",
        "Suitable agents who are free but have just refused or missed it: {ready}.",
    ),
    "sent_on.wait": (
        "在队列 {queue} 等待 {value} 秒,达到上限 {limit} 秒,转到{to}。",
        "Waited {value} s in queue {queue}, the limit is {limit} s: sent on to {to}.",
    ),
    "sent_on.estimate": (
        "进入队列 {queue} 时预计等待 {value} 秒,达到上限 {limit} 秒,转到{to}。",
        "On entering queue {queue} the expected wait was {value} s, the limit is {limit} s:"
        " sent on to {to}.",
    ),
    "sent_on.ratio": (
        "进入队列 {queue} 时每名坐席有 {value} 个等待来电,达到上限 {limit},转到{to}。",
        "On entering queue {queue} calls waiting per agent were {value}, the limit is {limit}:"
        " sent on to {to}.",
    ),
    "sent_on.closing": (
        "队列 {queue} 到了下班时间,转到{to}。",
        "Queue {queue} closed: sent on to {to}.",
    ),
    "sent_on.passed_over": (
        "跳过队列 {name}:未开放或无人在岗。",
        "Passed over queue {name}: closed, or nobody at work.",
    ),
    "direct.blind": ("由坐席 {by} 转接。", "Transferred by {by}."),
    "direct.attended": ("由坐席 {by} 询问后转接。", "Transferred by {by}, who asked before."),
    "direct.named": ("来电者按工号要求。", "The caller asked for this number."),
    "direct.consult": ("坐席 {by} 在通话中咨询。", "Asked by {by}, who was in this call."),
    "to.queue": ("队列 {name}", "queue {name}"),
    "to.mailbox": ("语音信箱 {name}", "mailbox {name}"),
    "to.flow": ("流程 {name}", "flow {name}"),
    "to.number": ("号码 {name}", "number {name}"),
}

PHRASES: Mapping[str, Phrases] = {
    "zh": {key: zh for key, (zh, _) in _BOTH.items()},
    "en": {key: en for key, (_, en) in _BOTH.items()},
}
