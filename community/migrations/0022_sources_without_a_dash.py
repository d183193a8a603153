from tortoise import migrations
from tortoise.migrations import operations as ops

# Wherever a quotation can stand that names the post it comes from.
TEXTS = {
    "replies": "html", "held_posts": "html", "hidden_posts": "html", "drafts": "html", "rooms": "about_html", "messages": "html",
    "listings": "about_html", "inquiry_messages": "html", "institutions": "about_html", "profile_details": "html",
    "flags": "copy_html", "practice_sections": "html", "practice_decisions": "html", "spaces": "about_html",
}  # fmt: skip

DASHES = ("—", "–", "--", "-")


class Migration(migrations.Migration):
    dependencies = [('community', '0021_what_a_thread_counts')]

    initial = False

    operations = [
        ops.RunSQL(
            f"UPDATE {table} SET {column} = REPLACE({column}, '<cite>{dash} <a', '<cite><a') WHERE {column} LIKE '%<cite>{dash} <a%'",
            reverse_sql="",
        )
        for table, column in TEXTS.items()
        for dash in DASHES
    ]
