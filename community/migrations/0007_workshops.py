from tortoise import migrations
from tortoise.migrations import operations as ops
from community.clock import now
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('community', '0006_joining')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Workshop',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('code_hash', fields.CharField(unique=True, max_length=64)),
                ('title', fields.CharField(max_length=80)),
                ('institution', fields.ForeignKeyField('community.Institution', source_field='institution_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='workshops', on_delete=OnDelete.CASCADE)),
                ('space', fields.ForeignKeyField('community.Space', source_field='space_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='workshops', on_delete=OnDelete.CASCADE)),
                ('uses_allowed', fields.IntField()),
                ('uses_spent', fields.IntField(default=0)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('stopped_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('author', fields.ForeignKeyField('community.Member', source_field='author_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('client_id', fields.UUIDField()),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'workshops', 'app': 'community', 'unique_together': (('author', 'client_id'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='WorkshopGuest',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('workshop', fields.ForeignKeyField('community.Workshop', source_field='workshop_id', db_index=True, db_constraint=True, to_field='id', related_name='guests', on_delete=OnDelete.CASCADE)),
                ('member', fields.ForeignKeyField('community.Member', source_field='member_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'workshop_guests', 'app': 'community', 'unique_together': (('workshop', 'member'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
