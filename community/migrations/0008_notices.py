from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('community', '0007_workshops')]

    initial = False

    operations = [
        ops.CreateModel(
            name='NoticeChoice',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.ForeignKeyField('community.Member', source_field='member_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('code', fields.CharField(max_length=16)),
                ('bell', fields.BooleanField()),
                ('mail', fields.CharField(max_length=6)),
            ],
            options={'table': 'notice_choices', 'app': 'community', 'unique_together': (('member', 'code'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='NoticeHours',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.OneToOneField('community.Member', source_field='member_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('rhythm', fields.CharField(default='weekly', max_length=8)),
                ('quiet_from', fields.SmallIntField(null=True)),
                ('quiet_until', fields.SmallIntField(null=True)),
                ('digest_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'notice_hours', 'app': 'community', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Mail',
            name='composer',
            field=fields.CharField(default='', db_default='', max_length=16),
        ),
        ops.AddField(
            model_name='Mail',
            name='handed_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Notification',
            name='bell',
            field=fields.BooleanField(default=True, db_default=True),
        ),
        ops.AddField(
            model_name='Notification',
            name='mail',
            field=fields.CharField(default='no', db_default='no', max_length=6),
        ),
        ops.AddField(
            model_name='Notification',
            name='mail_id',
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name='Notification',
            name='via',
            field=fields.CharField(default='', db_default='', max_length=8),
        ),
    ]
