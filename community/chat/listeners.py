"""What follows for rooms from what happened elsewhere."""

from community.accounts.holders import holders
from community.discussions.keeping import forget_followings
from community.spaces.facts import SpaceLeft
from community.storage import listens, rows


@listens(SpaceLeft)
async def on_space_left(fact: SpaceLeft) -> None:
    """A former member follows none of its rooms any more, unless they have come back since."""
    if fact.member_id not in await holders(f"space:{fact.space_id}"):
        found = await rows("SELECT id FROM rooms WHERE space_id = :space", space=fact.space_id)
        await forget_followings(fact.member_id, [f"room:{row['id']}" for row in found])
