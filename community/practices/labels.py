"""Words for the codes of a practice, in the reader's language."""

from collections.abc import Mapping

from community.text.gettext import _


def section_names() -> Mapping[str, str]:
    return {
        "context": _("Context"),
        "challenge": _("Challenge"),
        "solution": _("Solution"),
        "stakeholders": _("Who takes part"),
        "financing": _("What it costs and who pays"),
        "results": _("Results"),
        "lessons": _("Lessons"),
        "transfer": _("What travels, what does not"),
        "changes": _("What we changed, and why"),
    }


def section_hints() -> Mapping[str, str]:
    return {
        "context": _("Where is this, who learns there, with what means? A colleague from elsewhere should see the place."),
        "challenge": _("What did not work before? For whom was it a problem?"),
        "solution": _("What do you do now, step by step? Write so that a colleague could begin next week."),
        "stakeholders": _("Who does what: teachers, learners, employers, parents, authorities?"),
        "financing": _("What did you spend to begin, and what does it cost to run? Who pays?"),
        "results": _("What changed? Numbers with their base help most: “49 of 74 completed”. Say also what did not change."),
        "lessons": _("What would you do differently? A practice without its weak point is sent back."),
        "transfer": _("What would work elsewhere as it is, what must be changed, and what does not travel?"),
        "changes": _("Section by section: what did you do differently from the original, and why?"),
    }


def scales() -> Mapping[str, str]:
    return {
        "pilot": _("A pilot"),
        "institution": _("One institution"),
        "region": _("A region"),
        "country": _("A country"),
        "several_countries": _("Several countries"),
    }


def costs() -> Mapping[str, str]:
    """Cost to begin, in US dollars."""
    return {
        "none": _("Nothing"),
        "under_500": _("Under 500 USD"),
        "under_5000": _("Under 5 000 USD"),
        "under_50000": _("Under 50 000 USD"),
        "more": _("50 000 USD or more"),
    }


def needs() -> Mapping[str, str]:
    return {
        "electricity": _("Electricity"),
        "internet": _("Internet"),
        "computers": _("Computers"),
        "workshop": _("A workshop"),
        "specialist_staff": _("Specialist staff"),
        "transport": _("Transport"),
        "materials": _("Teaching materials"),
    }


def evidence() -> Mapping[str, str]:
    return {
        "evaluation": _("An evaluation"),
        "monitoring_data": _("Figures we keep"),
        "testimony": _("What people say"),
        "none_yet": _("None yet"),
    }


def outcomes() -> Mapping[str, str]:
    return {"worked": _("It worked here"), "partly": _("It worked in part"), "failed": _("It did not work here")}


def states() -> Mapping[str, str]:
    return {
        "draft": _("Draft"),
        "submitted": _("Handed in"),
        "in_review": _("In review"),
        "changes_requested": _("Changes requested"),
        "accepted": _("Accepted"),
        "published": _("Published"),
        "archived": _("Archived"),
        "rejected": _("Not accepted"),
    }
