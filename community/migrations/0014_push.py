from tortoise import migrations
from tortoise.migrations import operations as ops
from community.clock import now
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('community', '0013_attachments_and_previews')]

    initial = False

    operations = [
        ops.CreateModel(
            name='PushDevice',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.ForeignKeyField('community.Member', source_field='member_id', db_index=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('session', fields.ForeignKeyField('community.Session', source_field='session_id', db_index=True, db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('endpoint', fields.TextField(unique=False)),
                ('endpoint_hash', fields.CharField(unique=True, max_length=64)),
                ('p256dh', fields.CharField(max_length=88)),
                ('auth', fields.CharField(max_length=24)),
                ('key', fields.CharField(max_length=16)),
                ('failures', fields.IntField(default=0)),
                ('created_at', fields.DatetimeField(default=now, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'push_devices', 'app': 'community', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='NoticeChoice',
            name='push',
            field=fields.BooleanField(null=True),
        ),
        ops.AddField(
            model_name='Notification',
            name='push',
            field=fields.BooleanField(default=False, db_default=False),
        ),
    ]
