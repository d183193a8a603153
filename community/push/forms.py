"""What a browser brings when it asks to be told."""

from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from pydantic import AfterValidator, StringConstraints

from community.push.actions import Subscription
from community.push.encoding import decoded
from community.push.sending import MOST_LETTERS
from community.text.gettext import _
from community.web.forms import Form


def _point(text: str) -> str:
    EllipticCurvePublicKey.from_encoded_point(SECP256R1(), decoded(text))  # ValueError for what lies on no curve
    return text


def _secret(text: str) -> str:
    if len(decoded(text)) != 16:
        raise ValueError(_("This cannot be used. Choose one of the values offered."))
    return text


class PushForm(Form):
    endpoint: Annotated[str, StringConstraints(min_length=9, max_length=MOST_LETTERS)]
    p256dh: Annotated[str, StringConstraints(min_length=87, max_length=88, pattern=r"^[A-Za-z0-9_-]+=?$"), AfterValidator(_point)]
    auth: Annotated[
        str, StringConstraints(min_length=22, max_length=24, pattern=r"^[A-Za-z0-9_-]+={0,2}$"), AfterValidator(_secret)
    ]

    def subscription(self) -> Subscription:
        return Subscription(self.endpoint, self.p256dh.rstrip("="), self.auth.rstrip("="))


class RemoveForm(Form):
    """Nothing but the press of the button."""
