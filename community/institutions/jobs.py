"""What institutions leave for later: the letters of a list, and the link that goes into each as it leaves."""

from community.institutions import inviting_many
from community.institutions.invite_links import token_of
from community.institutions.models import Invite
from community.mail import fills

assert inviting_many  # registers its job


@fills("invite")
async def _token_of_invite(invite_id: int) -> str:
    invite = await Invite.get_or_none(id=invite_id)
    return token_of(invite.client_id) if invite else ""
