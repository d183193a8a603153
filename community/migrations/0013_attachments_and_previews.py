from tortoise import migrations
from tortoise.migrations import operations as ops
from community.clock import now
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('community', '0012_conversations')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Declined',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('source', fields.CharField(unique=True, max_length=64)),
            ],
            options={'table': 'declined_previews', 'app': 'community', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Preview',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('digest', fields.CharField(unique=True, max_length=64)),
                ('title', fields.CharField(default='', max_length=120)),
                ('description', fields.CharField(default='', max_length=200)),
                ('site', fields.CharField(default='', max_length=80)),
                ('fetched_at', fields.DatetimeField(default=now, db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'link_previews', 'app': 'community', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='File',
            name='part',
            field=fields.CharField(default='', db_default='', max_length=64),
        ),
        ops.AddField(
            model_name='File',
            name='seconds',
            field=fields.IntField(null=True),
        ),
        ops.AddIndex(
            model_name='File',
            index=Index(fields=['part']),
        ),
        ops.AddField(
            model_name='Message',
            name='attached',
            field=fields.IntField(default=0, db_default=0),
        ),
    ]
