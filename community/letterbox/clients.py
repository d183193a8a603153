"""What mail clients write around a quotation, as data. A new client or language is a new line here and a sample in
tests/letterbox/inbound.
"""

import re

# "From" where Outlook and others put a block of headers above what they quote.
FROM_LABELS = frozenset(
    ("from", "von", "van", "de", "expéditeur", "remitente", "remetente", "от", "от кого", "отправитель", "发件人", "寄件者",
     "寄件人", "發件人", "من", "المرسل", "da", "från", "fra", "lähettäjä", "od", "nadawca", "kimden", "gönderen", "dari", "từ",
     "差出人", "보낸 사람", "보낸사람", "kutoka")
)  # fmt: skip

# In the one line that the others write: "On 3 November 2026 ... wrote:".
WROTE = re.compile(
    r"\bwrote\b|\bschrieb\b|\ba\s+écrit\b|\bescribió\b|\bescreveu\b|\bнаписал|\bпишет\b|写道|寫道|كتب|تمت كتابة"
    r"|\bha scritto\b|\bschreef\b|\bskrev\b|\bkirjoitti\b|\bnapisał|\byazdı\b|\bmenulis\b|\bđã viết\b|書きました|작성"
    r"|\baliandika\b",
    re.IGNORECASE,
)

# Between dashes, where the original begins.
ORIGINAL = re.compile(
    r"(original|forwarded) message|ursprüngliche|originalnachricht|weitergeleitete|message (d['’]origine|original|transféré)"
    r"|mensaje (original|reenviado)|mensagem (original|encaminhada)|(исходное|пересылаемое|пересланное) сообщение"
    r"|原始邮件|原郵件|原始郵件|回复的原邮件|الرسالة الأصلية|رسالة أصلية|رسالة معاد توجيهها|messaggio originale|oorspronkelijk",
    re.IGNORECASE,
)

_WITH = (
    r".{0,40}(iphone|ipad|ios|android|samsung|galaxy|huawei|xiaomi|redmi|handy|smartphone|móvil|celular|telemóvel|телефон|手机|手機"
    r"|آيفون|هاتف|جوال|outlook|yahoo|mail\.ru|mail\.com|почты|k-9|gmx|web\.de|proton|aol|windows|thunderbird|orange|网易|qq).{0,60}"
)
_MY = r".{1,40}"

# A last line that the program wrote, and nobody else: short, and on its own.
TAGLINES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"sent (from|via|with|using){_WITH}", rf"sent from my {_MY}", rf"get outlook for{_WITH}", r"please excuse my brevity\.?",
        rf"(gesendet (von|mit|über)|von meinem|holen sie sich|diese nachricht wurde von){_WITH}",
        rf"(envoyé (de|depuis|à partir de|avec)|téléchargez|obtenir|télécharger){_WITH}",
        rf"(enviado (desde|con|do|da|de|pelo|a partir)|obtener|obtenga|obter|obtenha|baixe|descarga){_WITH}",
        rf"(отправлено (с|из|от)|скача(ть|йте)){_WITH}",
        rf"(发自我的|發自我的|从我的|來自|发自|从|获取|取得){_WITH}",
        rf"(أُرسلت|أرسلت|مرسل|مُرسل|تم الإرسال|أُرسل|أرسل|احصل|الحصول){_WITH}",
    )
)  # fmt: skip
