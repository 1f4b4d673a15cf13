"""Makes the hotline's prompts, tones and music from sounds/manifest.toml, and checks them.

Run it as `python -m ari_app.sounds`; sounds/README.md explains the folders it works on.
"""
