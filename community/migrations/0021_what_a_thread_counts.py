from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('community', '0020_the_form_of_an_open_room')]

    initial = False

    operations = [
        ops.AddIndex(
            model_name='Reply',
            index=Index(fields=['thread_id', 'state', 'author_id']),
        ),
    ]
