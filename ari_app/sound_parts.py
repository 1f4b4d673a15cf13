"""The parts of the engine that deal with sound, built from its settings."""

from ari_app.ports import Clock, Speech
from ari_app.recognition.pocketsphinx import Pocketsphinx
from ari_app.recognition.speech import Speech as RecognisedSpeech
from ari_app.settings import Settings
from ari_app.store.journal import Journal
from ari_app.workers.disk_space import DiskSpace, SpaceLimits
from ari_app.workers.message_files import MessageFiles
from ari_app.workers.message_index import StoredMessages
from ari_app.workers.messages import CollectorOptions, MessageCollector
from ari_app.workers.recorder import Recorder
from ari_app.workers.recording_index import Ask, StoredIndex
from ari_app.workers.studio import Places, PromptStudio


def space(settings: Settings, clock: Clock) -> DiskSpace:
    low = settings.disk_alarm_percent / 100
    return DiskSpace(settings.recordings, clock, SpaceLimits(low, low / 3))


def recorder(settings: Settings, index: StoredIndex, free: DiskSpace, clock: Clock) -> Recorder:
    folder = settings.recordings
    return Recorder(folder / "spool", folder / "archive", index, free, clock)


def messages(settings: Settings, ask: Ask, journal: Journal, clock: Clock) -> MessageCollector:
    folder, options = settings.recordings, CollectorOptions(settings.fallback_mailbox)
    files = MessageFiles(folder / "messages", folder / "archive")
    return MessageCollector(files, StoredMessages(ask, settings.node), journal, clock, options)


def studio(settings: Settings, ask: Ask, clock: Clock) -> PromptStudio:
    """Where recordings by phone become prompts."""
    recorded = settings.recordings / "messages"
    return PromptStudio(
        ask, clock, Places(recorded, settings.sounds, settings.takes, settings.manifest)
    )


def speech() -> Speech:
    """What flows listen with; its process starts with the first caller who is listened to."""
    return RecognisedSpeech(Pocketsphinx())
