"""Domains at which anybody may have an address: such an address says nothing of a company."""

_DOMAINS = """
126.com 163.com 1und1.de 21cn.com abv.bg aim.com alice.it aliyun.com aol.com aol.de arcor.de att.net
bellsouth.net bigpond.com bluewin.ch bol.com.br btinternet.com charter.net cox.net daum.net duck.com
earthlink.net fastmail.com fastmail.fm foxmail.com free.fr freemail.hu freenet.de gmail.com gmx.at
gmx.ch gmx.com gmx.de gmx.net googlemail.com hanmail.net hey.com hotmail.be hotmail.ch hotmail.co.uk
hotmail.com hotmail.de hotmail.es hotmail.fr hotmail.it hotmail.nl hotmail.se hushmail.com
icloud.com inbox.com inbox.lv interia.pl juno.com laposte.net libero.it list.ru live.at live.be
live.ca live.cn live.co.uk live.com live.com.au live.de live.dk live.fr live.it live.nl live.no
live.se mac.com mail.bg mail.com mail.de mail.ru mailbox.org me.com msn.com nate.com naver.com
neuf.fr nifty.com ntlworld.com o2.pl onet.pl online.de op.pl optonline.net optusnet.com.au orange.fr
outlook.at outlook.be outlook.com outlook.de outlook.dk outlook.es outlook.fr outlook.it outlook.jp
pm.me poczta.onet.pl posteo.de proton.me protonmail.ch protonmail.com qq.com rambler.ru
rediffmail.com rocketmail.com rogers.com runbox.com sapo.pt sbcglobal.net seznam.cz sfr.fr shaw.ca
sina.com sky.com sohu.com sympatico.ca t-online.de talktalk.net telenet.be telia.com telus.net
tiscali.it tuta.com tuta.io tutanota.com ukr.net uol.com.br verizon.net virgilio.it virginmedia.com
vodafone.de volny.cz wanadoo.fr wanadoo.nl web.de windowslive.com wp.pl xs4all.nl xtra.co.nz ya.ru
yahoo.ca yahoo.co.id yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.ar yahoo.com.au
yahoo.com.br yahoo.com.mx yahoo.de yahoo.es yahoo.fr yahoo.ie yahoo.in yahoo.it yahoo.se yandex.com
yandex.ru yeah.net ymail.com zoho.com zohomail.com
"""
FREE_MAIL = frozenset(_DOMAINS.split())


def company_domain_of(email: str) -> str:
    """The domain of an address when it is a company's own; empty when anybody may have an address there."""
    domain = email.rpartition("@")[2].strip().lower()
    return "" if domain in FREE_MAIL else domain
