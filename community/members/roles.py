"""What people are in vocational education."""

from community.text.gettext import _

ROLES = ("learner", "teacher", "in_company_trainer", "leader", "official", "researcher", "employer", "other")


def role_name(code: str) -> str:
    return dict(roles()).get(code, "")


def roles() -> list[tuple[str, str]]:
    """(code, label) in the reader's language."""
    labels = (
        _("Learner"), _("Teacher"), _("In-company trainer"), _("Leader of a school or centre"), _("Official"), _("Researcher"),
        _("Employer"), _("Other"),
    )  # fmt: skip
    return list(zip(ROLES, labels, strict=True))
