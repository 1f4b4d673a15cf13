"""How long does one decision take, and does it depend on how many agents and contacts there are?

    python -m bench.acd

Direction A: a contact arrives, the best ready agent is found and reserved. Direction B: an agent
becomes free, the best waiting contact is found and reserved. Both include all bookkeeping and the
why. Peers answer the same questions in the same run, so the ratios hold on any machine.
"""

import gc
import math
import random
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from ari_app.domain.acd.contact import Contact
from ari_app.domain.acd.decision import Decision
from ari_app.domain.acd.matcher import Matcher
from ari_app.domain.acd.rules import QueueRules
from ari_app.domain.skill import SkillProfile
from bench.acd_peers import ScannedAgent, ScannedContact, SqlMatcher, scan_agents, scan_contacts

AGENTS = (100, 1_000, 10_000, 100_000)
SKILLS = (10, 100, 1_000)
WAITING = (10, 1_000, 100_000)
ROUNDS, PEER_ROUNDS, BLOCKS = 300, 15, 5
MOST_EXPONENT, LEAST_NAIVE, LEAST_SQL = 0.1, 100, 50


@dataclass
class Site:
    """A made-up call centre: agents share profiles, every queue can be served by somebody."""

    profiles: list[SkillProfile]
    queues: list[QueueRules]

    @classmethod
    def of(cls, skills: int) -> "Site":
        chance = random.Random(skills)
        names = [f"skill-{n}" for n in range(skills)]
        weights = [1 / (n + 1) for n in range(skills)]  # a few skills are common, most are rare
        profiles = []
        for _ in range(min(500, 5 * skills)):
            chosen: set[str] = set()
            while len(chosen) < (3 if skills < 100 else 8):
                chosen.update(chance.choices(names, weights))
            profiles.append(
                SkillProfile.of({name: chance.randint(1, 9) for name in sorted(chosen)})
            )
        queues = []
        for n in range(min(300, 3 * skills)):
            levels = chance.choice(profiles[: AGENTS[0]]).levels  # staffed at every size
            needed = chance.sample(sorted(levels), 2)
            requires = {name: chance.randint(1, levels[name]) for name in needed}
            queues.append(QueueRules(id=f"queue-{n}", requires=requires))
        return cls(profiles, queues)

    def profile(self, agent: int) -> SkillProfile:
        return self.profiles[agent % len(self.profiles)]

    def contacts(self, count: int, now: float, name: str, chance: random.Random) -> list[Contact]:
        pick = chance.choice
        return [Contact(f"{name}-{n}", pick(self.queues).id, now + n / 1e6) for n in range(count)]


def contact_arrives(site: Site, agents: int, waiting: int) -> float:
    """Direction A among ready agents, while others wait for a skill nobody has."""
    matcher = Matcher([*site.queues, QueueRules(id="nobody", requires={"unheard-of": 1})])
    chance, now = random.Random(1), 0.0
    for n in range(waiting):
        matcher.contact_waits(Contact(f"stuck-{n}", "nobody", 0.0), 0.0)
    for n in range(agents):
        now += 0.01
        matcher.agent_ready(f"agent-{n}", site.profile(n), now)
    for queue in site.queues:  # what fits what is computed when a queue is first used
        _end(matcher, site, matcher.contact_waits(Contact("first", queue.id, now), now), now)
    times = []
    for contact in site.contacts(ROUNDS, now, "new", chance):
        now += 0.01
        started = time.perf_counter()
        decision = matcher.contact_waits(contact, now)
        times.append(time.perf_counter() - started)
        _end(matcher, site, decision, now)
    return median(times) * 1e6


def _end(matcher: Matcher, site: Site, decision: Decision | None, now: float) -> None:
    assert decision is not None
    matcher.contact_gone(decision.contact, now)
    agent = int(decision.agent.removeprefix("agent-"))
    matcher.agent_ready(decision.agent, site.profile(agent), now)


def agent_frees(site: Site, agents: int, waiting: int) -> float:
    """Direction B among waiting contacts, while all other agents are busy."""
    matcher, chance, now = Matcher(site.queues), random.Random(2), 0.0
    for n in range(agents):
        matcher.agent_busy(f"agent-{n}", site.profile(n), now)
    for contact in site.contacts(waiting, now, "waiting", chance):
        matcher.contact_waits(contact, contact.entered)
    now, times = 1.0, []
    for n in range(20 * ROUNDS):
        now += 0.01
        agent = chance.randrange(agents)
        name, profile = f"agent-{agent}", site.profile(agent)
        started = time.perf_counter()
        decision = matcher.agent_ready(name, profile, now)
        took = time.perf_counter() - started
        matcher.agent_busy(name, profile, now)
        if decision is not None:  # with few waiting, most agents find nobody they can serve
            times.append(took)
            matcher.contact_gone(decision.contact, now)
            matcher.contact_waits(Contact(f"next-{n}", decision.queue, now), now)
        if len(times) == ROUNDS:
            break
    return median(times) * 1e6


def exponent(sizes: Sequence[int], times: Sequence[float]) -> float:
    """Slope of log time over log size: 0 is flat, 1 is proportional."""
    xs, ys = [math.log(size) for size in sizes], [math.log(value) for value in times]
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    slope = sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True))
    return slope / sum((x - mx) ** 2 for x in xs)


def against_peers(agents: int, skills: int) -> list[tuple[str, float, float]]:
    """(peer and direction, its microseconds, ours) with as many contacts waiting as agents."""
    site, chance = Site.of(skills), random.Random(3)
    staff = [ScannedAgent(f"agent-{n}", site.profile(n).levels, n / 100) for n in range(agents)]
    requires = {queue.id: queue.requires for queue in site.queues}
    contacts = site.contacts(agents, 0.0, "waiting", chance)
    line = [ScannedContact(c.id, requires[c.queue], c.entered) for c in contacts]
    chance.shuffle(staff)  # idle time and storage order have nothing to do with each other
    sql = SqlMatcher(staff, line)
    needs = [requires[contact.queue] for contact in contacts[:PEER_ROUNDS]]
    able = [chance.choice(staff) for _ in range(PEER_ROUNDS)]
    ours = contact_arrives(site, agents, 0), agent_frees(site, agents, agents)
    peers: list[tuple[str, Callable[[int], object], float]] = [
        ("naive scan, contact arrives", lambda n: scan_agents(staff, needs[n]), ours[0]),
        ("naive scan, agent frees", lambda n: scan_contacts(line, able[n].has, 1.0), ours[1]),
        ("SQL ORDER BY, contact arrives", lambda n: sql.take_agent(needs[n]), ours[0]),
        ("SQL ORDER BY, agent frees", lambda n: sql.take_contact(able[n].id, 1.0), ours[1]),
        ("SQL, all ageing alike, indexed", lambda n: sql.take_contact_by_rank(able[n].id), ours[1]),
    ]
    return [
        (name, median(_timed(ask, n) for n in range(PEER_ROUNDS)), own) for name, ask, own in peers
    ]


def _timed(ask: Callable[[int], object], n: int) -> float:
    started = time.perf_counter()
    ask(n)
    return (time.perf_counter() - started) * 1e6


def agreement(agents: int, skills: int) -> float:
    """The share of decisions, half of them each way, in which the scan finds the same winner."""
    site, chance = Site.of(skills), random.Random(5)
    return (_same_agents(site, agents, chance) + _same_contacts(site, agents, chance)) / 2


def _same_agents(site: Site, agents: int, chance: random.Random) -> float:
    matcher, now, same = Matcher(site.queues), float(agents), 0
    requires = {queue.id: queue.requires for queue in site.queues}
    staff = {n: ScannedAgent(f"agent-{n}", site.profile(n).levels, n / 100) for n in range(agents)}
    for n, agent in staff.items():
        matcher.agent_ready(agent.id, site.profile(n), agent.idle_since)
    for contact in site.contacts(ROUNDS, now, "new", chance):
        now += 0.01
        found = scan_agents([*staff.values()], requires[contact.queue])
        decision = matcher.contact_waits(contact, now)
        assert decision is not None
        same += found is not None and decision.agent == found.id
        staff[int(decision.agent.removeprefix("agent-"))].idle_since = now
        _end(matcher, site, decision, now)
    return same / ROUNDS


def _same_contacts(site: Site, agents: int, chance: random.Random) -> float:
    matcher, now, same = Matcher(site.queues), 1.0, 0
    requires = {queue.id: queue.requires for queue in site.queues}
    line = {}
    for contact in site.contacts(agents, 0.0, "waiting", chance):
        matcher.contact_waits(contact, contact.entered)
        line[contact.id] = ScannedContact(contact.id, requires[contact.queue], contact.entered)
    for n in range(ROUNDS):
        now += 0.01
        profile = site.profile(chance.randrange(agents))
        found = scan_contacts([*line.values()], profile.levels, now)
        decision = matcher.agent_ready(f"agent-{n}", profile, now)
        same += (found and found.id) == (decision and decision.contact)
        if decision is None:
            matcher.agent_gone(f"agent-{n}", now)
        else:
            del line[decision.contact]
    return same / ROUNDS


def memory(count: int) -> tuple[float, float]:
    """Bytes per ready agent and per waiting contact, the contact's own ids included."""
    site, chance = Site.of(100), random.Random(4)
    matcher, idle = Matcher(site.queues), Matcher(site.queues)
    tracemalloc.start()
    for n in range(count):
        idle.agent_ready(f"agent-{n}", site.profile(n), n / 100)
    after_agents = tracemalloc.get_traced_memory()[0]
    for contact in site.contacts(count, 0.0, "waiting", chance):
        matcher.contact_waits(contact, contact.entered)
    after_contacts = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return after_agents / count, (after_contacts - after_agents) / count


def growth() -> list[tuple[str, float]]:
    """Prints the table of microseconds; returns the exponent of each row."""
    found = []
    for skills in SKILLS:
        site = Site.of(skills)
        rows = (
            ("A by agents ", AGENTS, [contact_arrives(site, n, 1_000) for n in AGENTS]),
            ("A by waiting", WAITING, [contact_arrives(site, 1_000, n) for n in WAITING]),
            ("B by agents ", AGENTS, [agent_frees(site, n, 1_000) for n in AGENTS]),
            ("B by waiting", WAITING, [agent_frees(site, 1_000, n) for n in WAITING]),
        )
        for name, sizes, times in rows:
            slope = exponent(sizes, times)
            cells = "  ".join(f"{n}: {t:5.1f}" for n, t in zip(sizes, times, strict=True))
            print(f"{skills:5} skills  {name}  {cells}  us  exponent {slope:+.3f}")
            found.append((f"{skills} skills, {name.strip()}", slope))
    return found


def main() -> None:
    gc.disable()  # collections would hit some batches and not others
    steepest = max(growth(), key=lambda row: row[1])
    blocks = [against_peers(10_000, 100) for _ in range(BLOCKS)]
    ratios = []
    for rows in zip(*blocks, strict=True):
        _, theirs, own = sorted(rows, key=lambda row: row[1] / row[2])[BLOCKS // 2]
        ratio = theirs / own
        ratios.append(ratio)
        print(f"10000 agents  {rows[0][0]:30} {theirs:9.1f} us  ours {own:5.1f} us  x {ratio:.0f}")
    agreed = agreement(1_000, 100)
    print(f"the same winner as the naive scan: {agreed:.1%} of {2 * ROUNDS} decisions")
    agent_bytes, contact_bytes = memory(10_000)
    print(
        f"memory: {agent_bytes:.0f} bytes per ready agent, {contact_bytes:.0f} per waiting contact"
    )
    results = (
        ("acd-agreement", agreed, 1, agreed == 1),
        ("acd-exponent", steepest[1], MOST_EXPONENT, steepest[1] <= MOST_EXPONENT),
        ("acd-over-sql", min(ratios[2:4]), LEAST_SQL, min(ratios[2:4]) >= LEAST_SQL),
        ("acd-over-naive", min(ratios[:2]), LEAST_NAIVE, min(ratios[:2]) >= LEAST_NAIVE),
    )
    for name, ratio, goal, reached in results:
        print(f"{name} ratio={ratio:.2f} goal={goal} {'ok' if reached else 'short'}")


if __name__ == "__main__":
    main()
