from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('community', '0010_harvests')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Mail',
            name='held_until',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Mail',
            name='holder',
            field=fields.CharField(null=True, max_length=32),
        ),
    ]
