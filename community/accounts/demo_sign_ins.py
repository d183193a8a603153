"""The sign-ins of the demonstration network, public on purpose: `guildhall serve` refuses a public address meanwhile."""

PASS_PHRASE = "guildhall-demo"  # noqa: S105 - told to everybody who runs it
SIGN_INS = ("newcomer", "member", "coordinator", "outsider", "moderator", "steward")
