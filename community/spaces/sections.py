"""What later slices show inside a space: `@provides("threads", order=20)`, given the space's id. Asked for its members only."""

from community.members.sections import Sections

space_sections = Sections()
provides = space_sections.provides
