"""What everything written and read passes through. Each module stands for one thing:

`gettext` speaks the reader's language, `markdown` renders what members write, `vocabularies` hold the codes of the sector,
`cleaning` is the first gate of a form field, `references` remember what a text names, `folding` makes texts comparable.
"""

from community.text.folding import fold, slugify

__all__ = ["fold", "slugify"]
