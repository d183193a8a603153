"""What was mailed, read the way its recipient does."""

import re

from community.mail.composing import Composed, composed
from community.mail.models import Mail
from community.storage import drain


async def mailed_to(email: str) -> list[str]:
    """The texts mailed to an address, oldest first, as they would leave now."""
    await drain()
    letters = [await composed(mail) for mail in await Mail.filter(recipient=email).order_by("id")]
    return [letter.text for letter in letters if isinstance(letter, Composed)]


async def link_in(email: str) -> str:
    """The path of the newest link mailed to an address."""
    letters = await mailed_to(email)
    found = re.findall(r"http://localhost:8000(/\S+)", letters[-1])
    assert found, letters[-1]
    return str(found[-1])


def token_of(link: str) -> str:
    return link.partition("token=")[2]
