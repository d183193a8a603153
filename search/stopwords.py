"""Words too common to be asked for: left out of a query that holds any other word. Folded, the six languages together."""

_ENGLISH = """a about after all also an and any are as at be been before being between both but by can could did do does doing
during each for from had has have having he her here him his how i if in into is it its may me more most my no nor not of off
on once only or other our out over own same she should so some such than that the their them then there these they this those
through to too under until up upon us very was we were what when where whether which while who whom why will with would you
your s t d ll re ve m there's"""
_FRENCH = """au aux avec ce ces cette cet dans de des du elle elles en est et etre eux il ils je la le les leur leurs lui ma mais
mes mon ne nos notre nous ou par pas pour qu que quel quelle qui sa sans se ses son sont sur ta tes ton tu un une vos votre
vous c j l n y comment"""
_SPANISH = """al como con cual de del desde donde el ella ellas ellos entre es esa ese eso esta este esto estas estos fue ha han
hay la las lo los mas mi muy nada ni nos o para pero por porque que quien se si sin sobre son su sus tambien te tiene todo un
una uno unos y ya"""
_RUSSIAN = """а без бы был была были было быть в вам вас во вот все всех вы где для до его ее если есть еще же за и из или им их
к как когда кто ли мы на над нас не него нее нет но ну о об он она они от по под при с со так там то того тоже той только том ты
у уже чего чем что чтобы эта эти это этого этой этом я"""
_ARABIC = """من في علي الي عن مع هذا هذه ذلك تلك التي الذي الذين هو هي هم ان او و ثم لا ما لم لن قد كل بين بعد قبل كان كانت
يكون كما كيف لكن حتي عند اي به بها فيه فيها له لها"""
_CHINESE = "的 了 和 是 在 有 与 及 或 对 为 等 中 也 就 都 而 把 被 从 向 吗 呢"

STOPWORDS = frozenset(f"{_ENGLISH} {_FRENCH} {_SPANISH} {_RUSSIAN} {_ARABIC} {_CHINESE}".split())
