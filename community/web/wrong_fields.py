"""The names of the fields that need a correction. The list of them stands on top of a page, and is drawn before the fields are."""

import re

from community.text.gettext import _

_LINE = re.compile(r'(<a href="#([\w-]+)") data-wrong>(.*?)</a>', re.DOTALL)
_LABEL = r'<(?:label[^>]* for|legend data-of)="{id}"[^>]*>([^<]+)'


def with_names(html: str) -> str:
    """Put before each line of the list what its field is called on the page: "Title: Please fill this in."."""

    def named(line: re.Match[str]) -> str:
        label = re.search(_LABEL.format(id=line[2]), html)
        return f"{line[1]}>{_before(label[1].strip(), line[3]) if label else line[3]}</a>"

    return _LINE.sub(named, html)


def _before(name: str, why: str) -> str:
    return f"{name} {why}" if name.endswith(("?", "؟")) else _("%(field)s: %(why)s") % {"field": name, "why": why}
