from tortoise import migrations
from tortoise.migrations import operations as ops
from community.clock import now
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('community', '0009_invitation_lists')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Harvest',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('author', fields.ForeignKeyField('community.Member', source_field='author_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('client_id', fields.UUIDField()),
                ('room', fields.ForeignKeyField('community.Room', source_field='room_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('root', fields.CharField(db_index=True, max_length=40)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'harvests', 'app': 'community', 'unique_together': (('author', 'client_id'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='HarvestAnswer',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('harvest', fields.ForeignKeyField('community.Harvest', source_field='harvest_id', db_constraint=True, to_field='id', related_name='answers', on_delete=OnDelete.CASCADE)),
                ('member', fields.ForeignKeyField('community.Member', source_field='member_id', db_index=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('answer', fields.CharField(default='', max_length=3)),
                ('answered_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'harvest_answers', 'app': 'community', 'unique_together': (('harvest', 'member'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='HarvestLine',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('harvest', fields.ForeignKeyField('community.Harvest', source_field='harvest_id', db_constraint=True, to_field='id', related_name='lines', on_delete=OnDelete.CASCADE)),
                ('position', fields.IntField()),
                ('message', fields.ForeignKeyField('community.Message', source_field='message_id', db_index=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'harvest_lines', 'app': 'community', 'unique_together': (('harvest', 'message'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Practice',
            name='harvested',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name='Thread',
            name='harvested',
            field=fields.BooleanField(default=False, db_default=False),
        ),
    ]
