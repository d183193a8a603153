from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('community', '0019_deleted_accounts')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Room',
            name='form_seq',
            field=fields.BigIntField(default=0, db_default=0),
        ),
    ]
