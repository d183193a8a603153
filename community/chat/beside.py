"""What other slices show beside the rooms on their list: `@beside_rooms("conversations", order=10)`, asked with owner 0."""

from community.members.sections import Sections

rooms_sections = Sections()
beside_rooms = rooms_sections.provides
