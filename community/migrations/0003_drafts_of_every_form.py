from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('community', '0002_ways_to_sign_in')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Draft',
            name='device',
            field=fields.CharField(default='', db_default='', max_length=80),
        ),
        ops.AddField(
            model_name='Draft',
            name='filled',
            field=fields.TextField(default='', db_default='', unique=False),
        ),
        ops.AddField(
            model_name='Draft',
            name='mark',
            field=fields.CharField(default='', db_default='', max_length=16),
        ),
        # Each draft that is there already can be read, and be replaced by who has read it.
        ops.RunSQL("UPDATE drafts SET mark = 'a' || id", reverse_sql=""),
    ]
