"""The Chromium that every browser test drives."""

import shutil

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",  # a microphone that beeps, and nobody who must be asked for it
]  # fmt: skip


def browser_program() -> str | None:
    """The path of a Chromium, or None."""
    found = (shutil.which(command) for command in ("chromium", "chromium-browser", "google-chrome"))
    return next(filter(None, found), None)
