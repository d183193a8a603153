"""What a member loses at events with the key of a space."""

from community.audience import Grant, rests_on
from community.events.rooms import KIND


@rests_on
async def out_of_its_events(audience: str, holder: str) -> None:
    """Whoever leaves a space is out of the rooms of its events at the same moment; the seats are given up by `listeners`."""
    kind, _colon, space = audience.partition(":")
    if kind != "space":
        return
    held = await Grant.filter(holder=holder, audience__startswith=f"{KIND}:")
    lost = [one.id for one in held if one.audience.split(":")[2:] == [space]]
    if lost:
        await Grant.filter(id__in=lost).delete()
