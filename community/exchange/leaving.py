"""Listings and inquiries stay with the institution; they call nobody by a handle who has left."""

from community.accounts.unnaming import unname_table, unnames


@unnames
async def listings_and_messages(member_id: int, handle: str) -> None:
    await unname_table("listings", "about", "about_html", member_id, handle)
    await unname_table("inquiry_messages", "source", "html", member_id, handle)
