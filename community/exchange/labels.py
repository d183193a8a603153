"""The words for the exchange's codes, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.numbers import format_currency, get_currency_precision

from community.exchange.terms import COST_ITEMS
from community.text.gettext import _
from community.text.lists import listed
from community.web.formats import from_to, locale


def directions() -> dict[str, str]:
    return {"offer": _("Offer"), "request": _("Request")}


def activities() -> dict[str, str]:
    return {
        "student_studies": _("Studies"),
        "student_traineeship": _("Traineeship"),
        "apprenticeship": _("Apprenticeship"),
        "job_shadowing": _("Job shadowing"),
        "teaching_assignment": _("Teaching assignment"),
        "staff_training": _("Staff training"),
        "invited_expert": _("Invited expert"),
        "group_mobility": _("Group visit"),
        "skills_competition": _("Skills competition"),
        "virtual_exchange": _("Virtual exchange"),
    }


def modes() -> dict[str, str]:
    return {"physical": _("On site"), "virtual": _("Online"), "blended": _("On site and online")}


def participants() -> dict[str, str]:
    return {
        "learner": _("Learners"),
        "teacher": _("Teachers"),
        "in_company_trainer": _("In-company trainers"),
        "leader": _("School leaders"),
        "staff": _("Other staff"),
    }


def cost_items() -> dict[str, str]:
    return {
        "travel": _("Travel"),
        "accommodation": _("Stay"),
        "meals": _("Meals"),
        "insurance": _("Insurance"),
        "visa": _("Visa"),
        "allowance": _("Allowance"),
    }


def coverages(direction: str = "offer") -> dict[str, str]:
    """What a host pays, or what one who asks needs to have paid."""
    if direction == "request":
        return {
            "covered": _("to be covered"),
            "partly": _("partly to be covered"),
            "not_covered": _("we pay this"),
            "not_stated": _("not said yet"),
        }
    return {
        "covered": _("covered"),
        "partly": _("partly covered"),
        "not_covered": _("not covered"),
        "not_stated": _("not said yet"),
    }


def periods() -> dict[str, str]:
    return {"day": _("a day"), "week": _("a week"), "month": _("a month"), "stay": _("for the stay")}


def accommodations() -> dict[str, str]:
    return {"provided": _("Provided"), "help": _("Help with finding it"), "none": _("Not provided")}


def recognitions() -> dict[str, str]:
    return {
        "credits": _("Credits"),
        "certificate": _("Certificate"),
        "europass_mobility": _("Europass Mobility"),
        "open_badge": _("Open badge"),
        "none": _("None"),
    }


def reciprocities() -> dict[str, str]:
    return {"none": _("One way is fine"), "preferred": _("Both ways if possible"), "one_for_one": _("One for one")}


def statuses() -> dict[str, str]:
    return {
        "draft": _("Draft"),
        "open": _("Open"),
        "paused": _("Paused"),
        "filled": _("Filled"),
        "expired": _("Expired"),
        "withdrawn": _("Withdrawn"),
        "removed": _("Removed"),
    }


def inquiry_states() -> dict[str, str]:
    return {
        "new": _("Sent"),
        "read": _("Read"),
        "replied": _("Answered"),
        "negotiating": _("Negotiating"),
        "agreed": _("Agreed"),
        "declined": _("Declined"),
        "withdrawn": _("Withdrawn"),
        "lapsed": _("Lapsed"),
    }


def decline_reasons() -> dict[str, str]:
    return {
        "dates": _("The dates do not fit"),
        "field": _("The field does not fit"),
        "level": _("The level does not fit"),
        "language": _("The languages do not fit"),
        "places": _("No places are left"),
        "cost": _("The costs cannot be covered"),
        "no_partner_approval": _("A partner has not approved"),
        "other": _("Another reason"),
    }


def window(starts: date | None, ends: date | None) -> str:
    """Both ends in the reader's language, such as "2–22 Mar 2026"; "" where they are not said."""
    return from_to(starts, ends) if starts and ends else ""


def amount(entry: Mapping[str, Any]) -> str:
    """Such as "€120.00 a week" or "US$600.00 a day", or "" where no amount is said."""
    if "amount" not in entry:
        return ""
    value = entry["amount"] / 10 ** get_currency_precision(entry["currency"])
    figure = format_currency(value, entry["currency"], locale=locale())
    return f"{figure} {periods()[entry['per']]}"


def funding(costs: Mapping[str, Any], direction: str) -> str:
    """What the host pays, or is asked to, such as "Travel, stay covered"; "" where it is nothing."""
    covered = [cost_items()[item] for item in COST_ITEMS if costs.get(item, {}).get("coverage") == "covered"]
    if not covered:
        return ""
    items = {"items": listed((covered[0], *(item.lower() for item in covered[1:])))}
    return _("%(items)s to be covered") % items if direction == "request" else _("%(items)s covered") % items
