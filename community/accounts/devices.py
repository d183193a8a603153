"""What a device calls itself, in words that its owner recognises."""

from community.text.gettext import _
from community.text.lists import listed

# In this order: every browser claims to be the ones that came before it.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
             ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
            ("Mac OS X", "macOS"), ("Linux", "Linux"))  # fmt: skip


def device_of(user_agent: str) -> str:
    """Such as "Firefox, Android"; "Unknown device" for what says nothing."""
    found = [_first(user_agent, names) for names in (_BROWSERS, _SYSTEMS)]
    return listed(found) or _("Unknown device")


def _first(user_agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for sign, name in names if sign in user_agent), "")
