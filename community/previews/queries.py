"""Cards as pages and frames show them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from markupsafe import Markup

from community.previews.links import first_link
from community.storage import rows


@dataclass(frozen=True, slots=True)
class Card:
    """What a page elsewhere says of itself, in plain words. `url` is the link as it stands in the text."""

    url: str
    title: str
    description: str
    site: str

    @property
    def markup(self) -> Markup:
        """Words and one link: no picture is loaded from elsewhere, so that no reader is counted there."""
        said = Markup('<span class="sm"><bdi>{}</bdi></span>').format(self.description) if self.description else ""
        return Markup(
            '<div class="card" data-card><a href="{}" rel="nofollow noopener ugc"><b><bdi>{}</bdi></b></a>{}'
            '<span class="soft sm"><bdi>{}</bdi></span></div>'
        ).format(self.url, self.title, said, self.site)

    def told(self) -> dict[str, Any]:
        return asdict(self)


async def cards_of(texts: Mapping[str, str]) -> dict[str, Card]:
    """The card of each text that shows one, by "message:7"; `texts` are its HTML. Where no text has a link nothing is asked."""
    linking = {source: link for source, html in texts.items() if (link := first_link(html))}
    if not linking:
        return {}
    shown = await rows(
        "SELECT source, target FROM text_references WHERE source IN :sources AND target LIKE 'preview:%'", sources=list(linking)
    )
    numbers = {row["source"]: int(row["target"].removeprefix("preview:")) for row in shown}
    if not numbers:
        return {}
    found = await rows("SELECT id, title, description, site FROM link_previews WHERE id IN :ids", ids=sorted(set(numbers.values())))
    by_id = {row["id"]: row for row in found}
    return {
        source: Card(linking[source], by_id[number]["title"], by_id[number]["description"], by_id[number]["site"])
        for source, number in numbers.items()
        if number in by_id
    }
