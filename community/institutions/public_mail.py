"""Mail providers at which anybody can have an address: no institution owns one of these.

Written by hand from what providers say of themselves; extend it when one is missing. A name of the first list stands for all its
countries (yahoo.com, yahoo.co.uk, yahoo.fr).
"""

_FAMILIES = """
    aol bluemail gmail gmx googlemail hotmail hushmail inbox live mail mailinator msn naver outlook proton protonmail rambler
    rediffmail rocketmail tutanota tuta yahoo yandex ymail zoho zohomail
"""
_SINGLE = """
    10minutemail.com 126.com 139.com 163.com 189.cn aliyun.com alice.it aim.com arcor.de att.net bbox.fr bellsouth.net
    bigpond.com bk.ru bluewin.ch bol.com.br btinternet.com caramail.com centrum.cz charter.net comcast.net cox.net daum.net
    disroot.org dispostable.com duck.com earthlink.net eircom.net email.com email.cz emirates.net.ae etisalat.ae fastmail.com
    fastmail.fm foxmail.com free.fr freemail.hu freenet.de globo.com globomail.com gmx.net guerrillamail.com hanmail.net
    hey.com home.nl hotmail.com i.ua icloud.com ig.com.br iinet.net.au indiatimes.com interia.pl internode.on.net juno.com
    keemail.me kolabnow.com kpnmail.nl laposte.net libero.it list.ru live.com luukku.com mac.com mailbox.org mailfence.com
    me.com meta.ua mweb.co.za neuf.fr nate.com ntlworld.com numericable.fr o2.pl onet.pl op.pl optonline.net optusnet.com.au
    orange.fr pobox.com posteo.de privaterelay.appleid.com qq.com riseup.net runbox.com sapo.pt sbcglobal.net seznam.cz sfr.fr
    sharklasers.com shaw.ca simplelogin.com sina.cn sina.com sky.com skynet.be sohu.com sympatico.ca t-online.de talktalk.net
    telenet.be telkom.net telus.net temp-mail.org terra.com.br tiscali.it trashmail.com tut.by tutanota.com ukr.net uol.com.br
    verizon.net vip.qq.com virgilio.it virginmedia.com volny.cz walla.co.il walla.com wanadoo.fr web.de wp.pl xtra.co.nz
    yeah.net yopmail.com ziggo.nl zoznam.sk
"""
FAMILIES = frozenset(_FAMILIES.split())
SINGLE = frozenset(_SINGLE.split())


def is_public(domain: str) -> bool:
    """Whether anybody can have an address there. `domain` is in lower case and ASCII."""
    labels = domain.split(".")
    return domain in SINGLE or any(".".join(labels[at:]) in SINGLE for at in range(1, len(labels) - 1)) or _is_family(labels)


def _is_family(labels: list[str]) -> bool:
    """`yahoo.co.uk` and `eu.yahoo.com`, but not `mail.college.example`: what is left after the name is an ending."""
    return any(label in FAMILIES and len(".".join(labels[at + 1 :])) <= len("com.xx") for at, label in enumerate(labels[:-1]))
