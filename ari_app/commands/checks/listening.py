"""Nodes that listen: does anybody here understand what may be said?"""

from collections.abc import Iterator

from ari_app.domain.finding import Finding, error, warning
from ari_app.domain.flow import LANGUAGES, Flow, Listen
from ari_app.recognition.engine import Engine
from ari_app.recognition.pocketsphinx import Pocketsphinx


def check_listening(file: str, flow: Flow, engine: Engine | None = None) -> Iterator[Finding]:
    engine = engine or Pocketsphinx()
    for name, node in flow.node.items():
        if isinstance(node, Listen):
            yield from _of_node(file, f"node {name!r}", node, engine)


def _of_node(file: str, place: str, node: Listen, engine: Engine) -> Iterator[Finding]:
    for language in LANGUAGES:
        phrases = tuple(node.phrases(language))
        if not phrases or language not in engine.languages:
            why = "no engine here understands it" if phrases else "there are no phrases"
            what = f"nobody is listened to in {language} ({why}): keys only"
            cure = "nothing to do if the prompts say the keys; else see dialplan/README.md"
            yield warning(file, place, what, cure)
            continue
        for word in engine.unknown_words(language, phrases):
            what = f"the engine does not know the word {word!r}"
            yield error(file, place, what, "say it in other words, or spell it as it is spoken")
