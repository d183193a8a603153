from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('community', '0016_answers_and_reactions')]

    initial = False

    operations = [
        ops.CreateModel(
            name='NoticeMark',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.OneToOneField('community.Member', source_field='member_id', db_constraint=True, to_field='id', related_name=False, on_delete=OnDelete.CASCADE)),
                ('seq', fields.BigIntField()),
            ],
            options={'table': 'notice_marks', 'app': 'community', 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
