"""What is heard, as it is written in the manifest."""

from collections.abc import Iterable, Mapping

Texts = Mapping[str, Mapping[str, str]]
"""By language, then by name of the prompt."""

JOINED = {"zh": "", "en": " "}


def sentence(heard: Iterable[tuple[str, str]], texts: Texts) -> str:
    """All of it in a row; what has no text in its language stands there as [its name]."""
    said, before = "", ""
    for language, prompt in heard:
        text = texts.get(language, {}).get(prompt) or f"[{prompt}]"
        joint = "" if not said else JOINED.get(language, " ") if language == before else " "
        said, before = said + joint + text, language
    return said
