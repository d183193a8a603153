"""The house rules by which a post is hidden or flagged, as codes that are stored and sentences that are shown."""

from community.text.gettext import _

RULES = ("advertising", "fraud", "tone", "harm", "privacy", "copyright", "off_topic", "other")


def rule_name(code: str) -> str:
    """The rule in the reader's language; "" for none."""
    if not code:
        return ""
    return {
        "advertising": _("advertising"),
        "fraud": _("fraud"),
        "tone": _("hurtful tone"),
        "harm": _("danger to somebody"),
        "privacy": _("somebody’s private matters"),
        "copyright": _("somebody else’s work"),
        "off_topic": _("not about this topic"),
        "other": _("another reason"),
    }.get(code, "")


def rule_names() -> list[tuple[str, str]]:
    return [(code, rule_name(code)) for code in RULES]
