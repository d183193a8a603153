"""Where threads stand: the themes of the vocabulary, and the discussions of each space."""

from community.audience import PUBLIC, Viewer
from community.discussions.models import Category
from community.errors import NotFound
from community.storage import execute, unit_of_work
from community.text.vocabularies import theme, themes


async def ensure_themes() -> None:
    """Make a public category of each theme. Repeating it changes nothing."""
    async with unit_of_work():
        for position, one in enumerate(themes()):
            await _ensure(one.code, PUBLIC, position, None)


async def category_for(actor: Viewer, place: str) -> Category:
    """The category of a theme's code or of a space ("space:12"), made on its first use. NotFound where it is not seen."""
    kind, _colon, number = place.partition(":")
    if kind != "space":
        return await Category.visible_to(actor).one(code=place)
    if not number.isdecimal() or len(number) > 15 or not actor.holds(place):
        raise NotFound
    async with unit_of_work():
        await _ensure(place.replace(":", "-"), place, 0, int(number))
        return await Category.visible_to(actor).one(code=f"space-{int(number)}")


async def _ensure(code: str, audience: str, position: int, space_id: int | None) -> None:
    await execute(
        """INSERT INTO categories (code, audience, position, space_id) VALUES (:code, :audience, :position, :space)
           ON CONFLICT (code) DO NOTHING""",
        code=code, audience=audience, position=position, space=space_id,
    )  # fmt: skip


def place_of(category_code: str) -> str:
    return category_code.replace("space-", "space:", 1)


def place_name(category_code: str, space_name: str | None, language: str) -> str:
    """What a category is called: its theme's label in the language, or the name of its space."""
    return space_name or theme(category_code).label(language)
