from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('community', '0014_push')]

    initial = False

    operations = [
        ops.CreateModel(
            name='EventRoom',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('event', fields.ForeignKeyField('community.Event', source_field='event_id', db_constraint=True, to_field='id', related_name='rooms', on_delete=OnDelete.CASCADE)),
                ('session', fields.ForeignKeyField('community.EventSession', source_field='session_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.SET_NULL)),
                ('place', fields.BigIntField()),
                ('room', fields.OneToOneField('community.Room', source_field='room_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
            ],
            options={'table': 'event_rooms', 'app': 'community', 'unique_together': (('event', 'place'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
