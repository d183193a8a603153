from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from community.clock import now
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('community', '0008_notices')]

    initial = False

    operations = [
        ops.CreateModel(
            name='InvitationList',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('institution', fields.ForeignKeyField('community.Institution', source_field='institution_id', db_index=True, db_constraint=True, to_field='id', related_name='invitation_lists', on_delete=OnDelete.CASCADE)),
                ('author', fields.ForeignKeyField('community.Member', source_field='author_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('client_id', fields.UUIDField()),
                ('state', fields.CharField(default='checked', max_length=8)),
                ('language', fields.CharField(default='en', max_length=20)),
                ('people', fields.JSONField(default=list, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('others', fields.JSONField(default=list, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('total', fields.IntField(default=0)),
                ('written', fields.IntField(default=0)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'invitation_lists', 'app': 'community', 'unique_together': (('author', 'client_id'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='InvitedPerson',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('institution', fields.ForeignKeyField('community.Institution', source_field='institution_id', db_constraint=True, to_field='id', related_name='invited_people', on_delete=OnDelete.CASCADE)),
                ('email', fields.CharField(max_length=254)),
                ('invite', fields.ForeignKeyField('community.Invite', source_field='invite_id', db_index=True, db_constraint=True, to_field='id', related_name='invited_people', on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'invited_people', 'app': 'community', 'unique_together': (('institution', 'email'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Invite',
            name='kept_for',
            field=fields.ForeignKeyField('community.Member', source_field='kept_for_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.SET_NULL),
        ),
    ]
