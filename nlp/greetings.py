"""Posts that greet and say nothing more ("Bom dia!", "Good morning all").

The encoder finds them friendly, and so they would count as praise of whom they greet. They are
found by rule, in Portuguese, English and Spanish; a greeting before anything else is left alone.
"""

from __future__ import annotations

import re

LONGEST = 160
"""Characters of a greeting, at most."""

_HELLO = (
    r"(?:bo+[am]+s? (?:di+a+s?|tardes?|noites?|madrugada|semana|fi(?:m|nal) de semana|feriado"
    r"|domingo|sabado|segunda|terca|quarta|quinta|sexta)(?:[- ]feira)?"
    r"|o+i+e?|ol+a+|alo+|opa|salve|e a[ei]|boas"
    r"|good (?:morning|afternoon|evening|day|night|weekend)|h+i+|hello+|he+y+|howdy|greetings"
    r"|morning|happy (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|weekend)"
    r"|buen(?:os|as)? (?:dias?|tardes?|noches?|fin de semana)|hola+|buenas)"
)
_WHOM = (
    r"(?:(?:to|pra|para|a|y|e|and) )?(?:@\w[\w.-]*|pessoal|gente|galera|turma|povo|malta|amig[oa]s"
    r"|(?:a )?tod[oa]s(?: voces)?|todo mundo|tod@s|voces|vcs|equipe|equipa|time|you all|y['’]?all"
    r"|everyone|everybody|all|guys|folks|team|there|friends|chic[oa]s|equipo|tod[oa]s ustedes)"
)
_ASKED = (
    r"(?:(?:esta |ta |td |tudo |todo )(?:tudo )?(?:bem|bom|certo|joia|bien)|tudo|blz|beleza"
    r"|como (?:vai|vao|esta[os]?|estas|estan|va|andan|voces estao|vcs estao|voce esta)"
    r"|que tal(?: estan?)?|(?:com|contigo|consigo|por) (?:voces?|vcs?|ti|ai)|contigo|consigo"
    r"|how(?: are|['’]?s|['’]?re| is) (?:you|it going|things|everyone|everybody|we)"
    r"(?: all| doing| today)*|what['’]?s up|sup"
    r"|(?:i )?hope (?:you(?: are|['’]re)?|everyone is|all is)(?: all)?(?: doing| keeping)? well"
    r"|espero que (?:estejam?|esteis|esten?)(?: tod[oa]s)? bien|espero que estejam?(?: todos)? bem)"
)
_BETWEEN = r"[\s@,.!?¡¿;:)…~*“”\"–—\-\ufe0f👋🙂😊😀😃😄😁🌞🌅🌄🌙🌻🌷🌹☕🤗🙏🙋💙💚💛🧡🥰☀⭐✨]"
_ONLY = re.compile(
    rf"{_BETWEEN}*{_HELLO}(?:{_BETWEEN}+(?:{_HELLO}|{_WHOM}|{_ASKED})(?!\w))*{_BETWEEN}*"
)


def only_greets(folded: str) -> bool:
    """Whether a folded text, brands' names left out, greets and says nothing more."""
    return len(folded) <= LONGEST and _ONLY.fullmatch(folded) is not None
