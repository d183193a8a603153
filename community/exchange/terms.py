"""The words of the exchange: every code a listing or an inquiry may carry (DOMAIN.md, Mobility exchange)."""

DIRECTIONS = ("offer", "request")
ACTIVITIES = (
    "student_studies",
    "student_traineeship",
    "apprenticeship",
    "job_shadowing",
    "teaching_assignment",
    "staff_training",
    "invited_expert",
    "group_mobility",
    "skills_competition",
    "virtual_exchange",
)
MODES = ("physical", "virtual", "blended")
PARTICIPANTS = ("learner", "teacher", "in_company_trainer", "leader", "staff")
COST_ITEMS = ("travel", "accommodation", "meals", "insurance", "visa", "allowance")
COVERAGES = ("covered", "partly", "not_covered", "not_stated")
COST_PERIODS = ("day", "week", "month", "stay")
ACCOMMODATIONS = ("provided", "help", "none")
RECOGNITIONS = ("credits", "certificate", "europass_mobility", "open_badge", "none")
RECIPROCITIES = ("none", "preferred", "one_for_one")
CEFR = ("A1", "A2", "B1", "B2", "C1", "C2")
DECLINE_REASONS = ("dates", "field", "level", "language", "places", "cost", "no_partner_approval", "other")

OPPOSITE = {"offer": "request", "request": "offer"}
