"""From what one says to the words one writes."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from app.simulation.bank import Bank, bank
from app.simulation.grammar import draw, expand
from app.simulation.habits import Habits, habits_of, in_the_manner, without_accents
from app.simulation.people import FORUM, MICROBLOG, REVIEWS, People
from app.simulation.settings import VARIETIES, BrandWords, TownSettings
from app.simulation.speech import NEGATIVE, RIVAL_BRAND, Saying, Speech

_BY_STAGE = frozenset(
    {
        Speech.COMPLAINT,
        Speech.GRAVE,
        Speech.PRAISE,
        Speech.QUESTION,
        Speech.REMARK,
        Speech.ANSWER,
    }
)
_BY_POLARITY = frozenset({Speech.AGREEMENT, Speech.DISAGREEMENT})
_RICH = frozenset(
    {
        Speech.COMPLAINT,
        Speech.PRAISE,
        Speech.QUESTION,
        Speech.RECOMMENDATION,
        Speech.FAREWELL,
        Speech.ME_TOO,
    }
)
_TOLD_AT_LENGTH = frozenset({Speech.COMPLAINT, Speech.PRAISE, Speech.GRAVE})
_DETAILED = _RICH | {Speech.GRAVE, Speech.REMARK, Speech.RELIEF}
_FELT = frozenset({Speech.COMPLAINT, Speech.PRAISE, Speech.AGREEMENT, Speech.RELIEF})
_LENGTH = {MICROBLOG: 0.5, FORUM: 0.9, REVIEWS: 1.1}


class Voices:
    """Writes everyone's words, each in one's own language and manner."""

    def __init__(self, settings: TownSettings, people: People) -> None:
        self.settings, self.people = settings, people
        self._rng = random.Random(settings.seed * 7 + 5)  # noqa: S311
        self._habits: dict[int, Habits] = {}
        self._kept = sorted(
            {
                without_accents(word.lower())
                for brand in (settings.brand, settings.rival)
                for name in (brand.name, *brand.products)
                for word in name.split()
            }
        )

    def text(self, author: int, saying: Saying, addressed: str = "") -> str:
        """The words of one person; ``addressed`` is a handle they begin with."""
        words = bank(VARIETIES[self.people.variety[author]])
        habits = self._habits_of(author)
        length = habits.wordy * 2 * _LENGTH[int(self.people.source[author])]
        sentences = self._sentences(words, saying, length)
        emoji = words.emoji[saying.polarity]
        text = in_the_manner(_joined(sentences), habits, words.slang, emoji, self._kept, self._rng)
        if int(self.people.source[author]) == MICROBLOG:
            text = self._tagged(text, saying)
        return f"@{addressed} {text}" if addressed else text

    def title(self, author: int, saying: Saying) -> str:
        """A headline for it."""
        words = bank(VARIETIES[self.people.variety[author]])
        kind = "chatter" if saying.speech is Speech.CHATTER else str(saying.polarity)
        return self._say(words, f"titles.{kind}", self._moment(saying))

    def official(self, author: int, saying: Saying, to: str) -> str:
        """What our own account writes to this author, named ``to``."""
        words = bank(VARIETIES[self.people.variety[author]])
        moment = {**self._moment(saying), "to": f"@{to}"}
        return _sentence(self._say(words, "official", moment))

    def _habits_of(self, author: int) -> Habits:
        habits = self._habits.get(author)
        if habits is None:
            habits = self._habits[author] = habits_of(self.settings.seed, author)
        return habits

    def _moment(self, saying: Saying) -> dict[str, str]:
        own, rival = self.settings.brand, self.settings.rival
        brand, other = (rival, own) if saying.brand == RIVAL_BRAND else (own, rival)
        product = brand.products[int(self._rng.random() * len(brand.products))]
        return {"brand": brand.name, "product": product, "other": other.name}

    def _say(self, words: Bank, path: str, moment: Mapping[str, str]) -> str:
        return expand(draw(words.sayings[path], self._rng), words.slots, moment, self._rng)

    def _sentences(self, words: Bank, saying: Saying, length: float) -> list[str]:
        """An opener, what is said, and as much around it as one likes to write."""
        moment, speech, polarity = self._moment(saying), saying.speech, saying.polarity
        said = [self._opened(words, saying, moment)]
        for wanted, chance, path in (
            (_TOLD_AT_LENGTH, 0.25 * length, _path(saying)),
            (_DETAILED, 0.55 * length, f"details.{polarity}"),
            (_FELT, 0.5, f"feelings.{polarity}"),
            (_RICH, 0.3, f"closers.{polarity}"),
        ):
            if speech in wanted and self._rng.random() < chance:
                more = self._say(words, path, moment)
                said += [] if more in said[0] else [more]
        return said

    def _opened(self, words: Bank, saying: Saying, moment: Mapping[str, str]) -> str:
        said = self._say(words, _path(saying), moment)
        if saying.speech is Speech.ME_TOO:
            return f"{self._say(words, f'me_too_opener.{saying.polarity}', moment)} {said}"
        if saying.speech in _RICH and self._rng.random() < 0.45:
            return f"{self._say(words, f'openers.{saying.polarity}', moment)} {said}"
        return said

    def _tagged(self, text: str, saying: Saying) -> str:
        """The habits of a micro-blog: a hashtag, or a word to the company's account."""
        if not saying.brand or saying.speech not in _RICH:
            return text
        brand = self._brand(saying)
        chance = self._rng.random()
        if chance < 0.08:
            return f"{text} #{without_accents(brand.name.lower()).replace(' ', '')}"
        if chance < 0.2 and saying.speech is Speech.COMPLAINT:
            return f"@{brand.handle} {text}"
        return text

    def _brand(self, saying: Saying) -> BrandWords:
        rival = saying.brand == RIVAL_BRAND
        return self.settings.rival if rival else self.settings.brand


def _path(saying: Saying) -> str:
    speech = saying.speech
    if speech in _BY_STAGE:
        return f"{speech}.{saying.theme}"
    if speech in _BY_POLARITY:
        return f"{speech}.{saying.polarity}"
    if speech is Speech.ME_TOO:
        kind = Speech.COMPLAINT if saying.polarity is NEGATIVE else Speech.PRAISE
        return f"{kind}.{saying.theme}"
    if speech is Speech.RELIEF:
        return f"relief.{saying.theme if saying.told else 'any'}"
    return str(speech)


_SENTENCE = re.compile(r"(^|[.!?] )(\w)")


def _sentence(text: str) -> str:
    text = _SENTENCE.sub(lambda found: found[1] + found[2].upper(), text.strip())
    return text if text[-1:] in ".!?" else f"{text}."


def _joined(sentences: list[str]) -> str:
    return " ".join(_sentence(one) for one in sentences)
