"""Notices that forums show where a post's text should stand: nobody wrote them."""

from __future__ import annotations

import re

from domain.words import fold

_LONGEST = 200
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_BLANKS = re.compile(r"\s+")
_THING = r"(?:contents?|post|topic|message|comment|text|body)"
_COISA = r"(?:conteudo|post|postagem|topico|mensagem|comentario|texto|publicacao)"
_OF_IT = rf"(?: of (?:this|the) {_THING})?"
_DELA = rf"(?: d?est[ea] {_COISA}| d[ao] {_COISA})?"
_NOTICE = re.compile(
    "|".join((
        rf"(?:the |this )?{_THING}{_OF_IT} (?:cannot|can not|can't|could not) be"
        r" (?:displayed|shown|loaded|retrieved)",
        rf"(?:the |this )?{_THING}{_OF_IT}(?: is| are)? (?:not available|unavailable|hidden)",
        rf"(?:you (?:must|need to|have to) |please )?(?:be logged in|log ?in|sign in|register)"
        rf"(?: or (?:register|sign up))? to (?:view|see|read) (?:this|the) {_THING}{_OF_IT}",
        rf"(?:o |a |este |esta )?{_COISA}{_DELA} nao pode ser"
        r" (?:exibid[oa]|mostrad[oa]|apresentad[oa]|carregad[oa])",
        rf"(?:o |a |este |esta )?{_COISA}{_DELA}(?: esta)? (?:indisponivel|ocult[oa])",
        rf"(?:voce )?(?:precisa|deve|tem de|tem que|e necessario|e preciso)"
        r" (?:fazer login|entrar|iniciar sessao|registar-se|se registrar|estar logad[oa])"
        rf" para (?:ver|ler|visualizar) (?:o |a |este |esta )?{_COISA}{_DELA}",
    ))
)  # fmt: skip


def is_notice(text: str) -> bool:
    """Whether a text is nothing but such a notice, in English or Portuguese."""
    if not text or len(text) > _LONGEST:
        return False
    bare = _EDGES.sub("", _BLANKS.sub(" ", fold(text).replace("’", "'")))
    return _NOTICE.fullmatch(bare) is not None
