from tortoise import migrations
from tortoise.migrations import operations as ops
import functools
from community.clock import now
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('community', '0003_drafts_of_every_form')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Event',
            fields=[
                ('audience', fields.CharField(db_index=True, max_length=64)),
                ('audience_when_released', fields.CharField(null=True, max_length=64)),
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('slug', fields.CharField(unique=True, max_length=80)),
                ('institution', fields.ForeignKeyField('community.Institution', source_field='institution_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.SET_NULL)),
                ('author', fields.ForeignKeyField('community.Member', source_field='author_id', db_index=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('client_id', fields.UUIDField()),
                ('state', fields.CharField(default='planned', max_length=10)),
                ('cancelled_because', fields.CharField(default='', max_length=300)),
                ('title', fields.CharField(max_length=160)),
                ('summary', fields.TextField(default='', unique=False)),
                ('host', fields.CharField(default='', max_length=200)),
                ('language', fields.CharField(default='en', max_length=20)),
                ('mode', fields.CharField(default='', max_length=8)),
                ('place', fields.CharField(default='', max_length=160)),
                ('precision', fields.CharField(default='time', max_length=6)),
                ('starts_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ends_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('time_zone', fields.CharField(default='UTC', max_length=50)),
                ('capacity', fields.IntField(null=True)),
                ('tickets', fields.IntField(default=0)),
                ('registrants_said', fields.IntField(null=True)),
                ('countries_said', fields.IntField(null=True)),
                ('registrants_note', fields.CharField(default='', max_length=120)),
                ('partners', fields.JSONField(default=list, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('documents', fields.JSONField(default=list, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('source_id', fields.CharField(null=True, unique=True, max_length=60)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('updated_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('version', fields.IntField(default=1)),
            ],
            options={'table': 'events', 'app': 'community', 'unique_together': (('author', 'client_id'),), 'indexes': [Index(fields=['starts_at', 'id']), Index(fields=['ends_at'])], 'pk_attr': 'id'},
            bases=['Audienced'],
        ),
        ops.CreateModel(
            name='EventSession',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('event', fields.ForeignKeyField('community.Event', source_field='event_id', db_constraint=True, to_field='id', related_name='sessions', on_delete=OnDelete.CASCADE)),
                ('number', fields.IntField()),
                ('code', fields.CharField(default='', max_length=12)),
                ('title', fields.CharField(max_length=200)),
                ('speakers', fields.CharField(default='', max_length=300)),
                ('pick_one', fields.CharField(default='', max_length=80)),
                ('precision', fields.CharField(default='', max_length=6)),
                ('starts_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('ends_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'event_sessions', 'app': 'community', 'unique_together': (('event', 'number'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Registration',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('event', fields.ForeignKeyField('community.Event', source_field='event_id', db_constraint=True, to_field='id', related_name='registrations', on_delete=OnDelete.CASCADE)),
                ('member', fields.ForeignKeyField('community.Member', source_field='member_id', db_index=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('state', fields.CharField(max_length=10)),
                ('ticket', fields.IntField()),
                ('country', fields.CharField(default='', max_length=2)),
                ('since', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'event_registrations', 'app': 'community', 'unique_together': (('event', 'member'), ('event', 'ticket')), 'indexes': [Index(fields=['event_id', 'state', 'ticket'])], 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Choice',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('registration', fields.ForeignKeyField('community.Registration', source_field='registration_id', db_constraint=True, to_field='id', related_name='choices', on_delete=OnDelete.CASCADE)),
                ('session', fields.ForeignKeyField('community.EventSession', source_field='session_id', db_index=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('pick_one', fields.CharField(max_length=80)),
            ],
            options={'table': 'event_choices', 'app': 'community', 'unique_together': (('registration', 'pick_one'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
