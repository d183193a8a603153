from tortoise import migrations
from tortoise.migrations import operations as ops
from community.clock import now
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('community', '0011_letters_under_a_lease')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Conversation',
            fields=[
                ('audience', fields.CharField(db_index=True, max_length=64)),
                ('audience_when_released', fields.CharField(null=True, max_length=64)),
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('pair', fields.CharField(null=True, unique=True, max_length=40)),
                ('room', fields.OneToOneField('community.Room', source_field='room_id', null=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('author', fields.ForeignKeyField('community.Member', source_field='author_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('client_id', fields.UUIDField()),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'conversations', 'app': 'community', 'unique_together': (('author', 'client_id'),), 'pk_attr': 'id'},
            bases=['Audienced'],
        ),
        ops.CreateModel(
            name='ConversationRequest',
            fields=[
                ('audience', fields.CharField(db_index=True, max_length=64)),
                ('audience_when_released', fields.CharField(null=True, max_length=64)),
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('conversation', fields.ForeignKeyField('community.Conversation', source_field='conversation_id', db_constraint=True, to_field='id', related_name='requests', on_delete=OnDelete.CASCADE)),
                ('member', fields.ForeignKeyField('community.Member', source_field='member_id', db_index=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('author', fields.ForeignKeyField('community.Member', source_field='author_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('message_id', fields.BigIntField(null=True)),
                ('state', fields.CharField(default='asked', max_length=8)),
                ('asked_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
                ('answered_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'conversation_requests', 'app': 'community', 'unique_together': (('conversation', 'member'),), 'indexes': [Index(fields=['author_id', 'asked_at'])], 'pk_attr': 'id'},
            bases=['Audienced'],
        ),
        ops.AddField(
            model_name='Room',
            name='kind',
            field=fields.CharField(default='room', db_default='room', max_length=12),
        ),
        ops.AddField(
            model_name='Room',
            name='waiting',
            field=fields.BooleanField(default=False, db_default=False),
        ),
    ]
