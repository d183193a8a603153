from tortoise import migrations
from tortoise.migrations import operations as ops
from community.clock import now
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('community', '0018_sessions_that_are_gone')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Departure',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.OneToOneField('community.Member', source_field='member_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('by', fields.ForeignKeyField('community.Member', source_field='by_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.SET_NULL)),
                ('left_at', fields.DatetimeField(default=now, db_index=True, auto_now=False, auto_now_add=False)),
                ('empties', fields.BooleanField(default=False)),
                ('to_empty', fields.IntField(default=0)),
                ('emptied_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('handle', fields.CharField(default='', max_length=30)),
            ],
            options={'table': 'departures', 'app': 'community', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Institution',
            name='orphaned_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Member',
            name='left_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
    ]
