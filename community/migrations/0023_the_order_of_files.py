from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('community', '0022_sources_without_a_dash')]

    initial = False

    operations = [
        ops.AddField(
            model_name='File',
            name='place',
            field=fields.SmallIntField(default=0, db_default=0),
        ),
    ]
