"""Reviews in Apple's App Store, country by country."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.item import Item
from crawlers.reading.page import Page
from crawlers.reading.stores.app_reviews import rated, review
from crawlers.reading.stores.labelled import entries_of_json, entries_of_xml
from crawlers.signs import Sign
from crawlers.sources.source import CommonSettings

SITE = "https://itunes.apple.com"
MOST_PAGES = 10  # the place shows no more, about 500 reviews a country


class AppStoreSettings(CommonSettings):
    """The reviews of one app."""

    kind: Literal["app_store"]
    app: str = Field(pattern=r"^\d{5,15}$", description="The app's number, as in its address.")
    countries: tuple[str, ...] = Field(
        default=("us",), min_length=1, description="Whose shops to read, as br or pt."
    )


class AppStoreSource(ApiSource[AppStoreSettings]):
    """The newest reviews, as JSON; as XML where a page tells no times, or is refused."""

    def requests(self) -> Iterator[Request]:
        """The first page of each country."""
        for country in self.settings.countries:
            yield self._page(country.lower(), 1)

    def parse(self, page: Page) -> Iterator[Found]:
        """A page as JSON; then the next one, while there is something new."""
        reviews = rated(entries_of_json(page.item))
        if any(not one.text("updated", "label") for one in reviews):
            yield self._page(**page.context, shape="xml")
        else:
            yield from self._told(reviews, page)

    def parse_xml(self, page: Page) -> Iterator[Found]:
        """The same page as XML."""
        yield from self._told(rated(entries_of_xml(page.response.body, page.url)), page)

    def _page(self, country: str, number: int, shape: str = "json") -> Request:
        where = f"{SITE}/{country}/rss/customerreviews/page={number}/id={self.settings.app}"
        url = f"{where}/sortby=mostrecent/{shape}"
        context: dict[str, Any] = {"country": country, "number": number}
        if shape == "xml":
            return self.ask(url, self.parse_xml, **context)
        return self.ask(url, self.parse, otherwise=self._as_xml(country, number), **context)

    def _as_xml(self, country: str, number: int) -> Any:
        return lambda status: iter([self._page(country, number, "xml")])

    def _told(self, reviews: list[Item], page: Page) -> Iterator[Found]:
        country = page.context["country"]
        told = self.posts.each(reviews, lambda item: review(self.posts, item, country))
        yield from self.shows(country, told)
        if self.newest.take_fresh(country) and page.number < MOST_PAGES:
            yield self._page(country, page.number + 1)
        else:
            self.newest.settle(country)


_STORE, _APP = r"https?://(?:apps|itunes)\.apple\.com/", r"app/(?:[^/?#]+/)?id(?P<app>\d+)"
_OF_COUNTRY = {"kind": "app_store", "app": "{app}", "countries": ["{country}"]}
SIGNS = (
    Sign(_OF_COUNTRY, rf"{_STORE}(?P<country>[a-z]{{2}})/{_APP}"),
    Sign({"kind": "app_store", "app": "{app}"}, f"{_STORE}{_APP}"),
)
