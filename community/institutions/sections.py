"""What later slices show on an institution's page: `@provides("listings", order=20)`, given the institution's id."""

from community.members.sections import Sections

institution_sections = Sections()
provides = institution_sections.provides
