from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('community', '0017_the_bell_of_an_open_page')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Event',
            name='gone',
            field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
    ]
