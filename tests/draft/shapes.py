"""Issues in invented words, in every dress that exports of real ones wear, with what they say.

`Maker` draws an issue's parts and writes them as a converter of web pages would: paragraphs broken
around links and emphasis, labels whose colons stand alone, rules escaped, entities left. What it
drew is kept, so that a reader can be held against it.
"""

from __future__ import annotations

import html
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

WORDS = """
kettle steam tin lantern harbour ledger orchard copper violin meadow compass winter bakery thistle
granite ferry chimney pigeon saddle marble candle barley anvil ribbon willow turnip beacon cobalt
mitten quarry lattice pebble saffron walnut zephyr garnet hollow juniper kelp magnet nectar otter
"""
NOUNS = tuple(WORDS.split())
GIVES = ("builds", "measures", "regulates", "doubts", "simulates", "counts", "sells")
VENUES = ("arXiv", "Gazette", "GitHub", "PDF", "Journal of Things", "Hugging Face", "official site")
INVITES = (
    "Paper", "Code here", "Project page", "Full leaderboard", "Dataset",
    "Find out more at the website", "Get the dataset here", "Read the paper here",
    "Check out the code here", "Find out more", "Get the models", "See the demo here",
    "Watch the talk here", "Download the data", "Read the blog", "More information",
    "Try it here", "View the leaderboard here",
)  # fmt: skip


@dataclass
class Said:
    """What an item says: the parts that a reader must find."""

    headline: str
    tagline: str
    thesis: str
    urls: list[str]
    titles: list[str]
    kind: str = "item"


@dataclass
class Made:
    """An issue as a text, and what it says."""

    text: str = ""
    title: str = ""
    subtitle: str = ""
    items: list[Said] = field(default_factory=list)
    tale: str = ""
    setting: str = ""
    inspired: list[str] = field(default_factory=list)


class Maker:
    """Draws an issue; `mess`, 0 to 1, is how much of it is not in the usual form."""

    def __init__(self, seed: int, mess: float) -> None:
        self._random = random.Random(seed)
        self._mess = mess
        self._links = 0

    def issue(self) -> Made:
        """An issue with some items, perhaps an essay, as a rule a tale."""
        made = Made()
        number = self._random.randint(1, 999)
        parts = [" ".join(self._some(2, 4)) for _ in range(3)]
        made.title = f"Import Sample {number}: {'; '.join(parts)}"
        blocks = [
            self._pick([f"# {made.title}", f"# {made.title}", made.title, f"**{made.title}**"])
        ]
        if self._random.random() < 0.9:
            made.subtitle = f"Does the {self._noun()} know of the {self._noun()}?"
            blocks.append(made.subtitle)
        blocks.append(
            "Welcome to Import Sample, a newsletter about tin. If it’s to your taste, do subscribe."
        )
        if self._often(0.3):
            blocks.append(f"A *short* one this week, for the {self._noun()} was late.")
        count = self._random.randint(0, 6)
        segments: list[list[str]] = []
        if self._random.random() < 0.2 or not count:
            segments.append(self._essay(made))
        segments += [self._item(made) for _ in range(count)]
        for index, segment in enumerate(segments):
            blocks += segment
            tale_next = index == len(segments) - 1
            tagged = not tale_next and made.items[index + 1].tagline
            if not ((tale_next and self._often(0.3)) or (tagged and self._often(0.1))):
                blocks.append(self._rule())
            if self._often(0.1):
                blocks.append("[Share](https://sample.example/share)")
        if self._random.random() < 0.9:
            blocks += self._tale(made)
        if self._random.random() < 0.95:
            thanks = "Thanks for reading!"
            blocks.append(self._pick([f"*{thanks}*", thanks, f"**{thanks}**", f"***{thanks}***"]))
        if self._often(0.2):
            blocks += ["[Share](https://sample.example/share)", f"{self._name()}: a comment."]
        gap = "\n\n\n" if self._often(0.5) else "\n\n"
        made.text = gap.join(blocks) + "\n"
        return made

    # ------------------------------------------------------------------------------------ its parts

    def _item(self, made: Made) -> list[str]:
        head = f"{self._name()} {self._pick(GIVES)} {' '.join(self._some(2, 6))}"
        head = self._pick([head, f"{head} – and {self._noun()} too", f"{self._name()}: {head}"])
        said = Said("", f"Mind the {' '.join(self._some(2, 6))}", "", [], [])
        if self._often(0.1):
            head = f"{self._noun().title()}’s & 3.5% of {head}"
        headline, shown = self._emphasised(head)
        colon = "" if self._often(0.15) and shown == head else ":"
        said.headline = f"{headline}{colon}"
        if self._often(0.08) and shown == head:
            shown, said.tagline = html.escape(shown), ""
            blocks = [f"**{shown}{colon or ':'}**"]
            said.headline = f"{headline}:"
        else:
            blocks = self._headed(html.escape(shown) if "\n" not in shown else shown, said, colon)
        first = [self._sentence() for _ in range(self._random.randint(1, 3))]
        blocks += self._paragraph(first)
        for _ in range(self._random.randint(0, 4)):
            blocks += self._body_block()
        last = self._why(said)
        reads = self._reads(said)
        if last and self._often(0.3) and "\n\n" not in reads[0]:
            last[-1] = f"{last[-1]}\n{reads.pop(0)}"
        made.items.append(said)
        return [*blocks, *last, *reads]

    def _essay(self, made: Made) -> list[str]:
        title = f"Import A-Idea: {' '.join(self._some(2, 5))}"
        said = Said(f"{title}:", "", "", [], [], kind="essay")
        blocks = [self._pick([f"**{title}:**", f"## {title}:"])]
        if self._often(0.4):
            said.tagline = "An essay now and then"
            blocks[0] += f"\n*…{said.tagline}…*"
        blocks += self._paragraph([self._sentence()])
        for _ in range(self._random.randint(1, 5)):
            blocks += self._body_block()
        made.items.append(said)
        return blocks

    def _tale(self, made: Made) -> list[str]:
        made.tale = f"The {self._noun().title()} and the {self._noun().title()}"
        made.setting = self._pick(["[2033]", "[Somewhere cold, 2041]"])
        blocks = [
            self._pick(["**Tech Tales:**", "**Tech Tales:**", "## Tech Tales:", "**Tech Tales**"])
        ]
        blocks.append(f"**{made.tale}**")
        place = self._pick([f"*{made.setting}*", made.setting, f"*\\{made.setting[:-1]}\\]*"])
        if self._often(0.5):
            blocks[-1] += f"\n{place}"
        else:
            blocks.append(place)
        blocks += [
            f"“Is it the {self._noun()}?” {self._noun()} said. {self._sentence()}"
            for _ in range(self._random.randint(2, 5))
        ]
        made.inspired = [" ".join(self._some(1, 4)) for _ in range(3)]
        things = "; ".join(made.inspired) + "."
        label = "**Things that inspired this story:**"
        blocks.append(f"{label}\n\n{things}" if self._often(0.5) else f"{label} {things}")
        if self._often(0.4):
            blocks.append("**AI usage:** None.")
        return blocks

    # ---------------------------------------------------------------------------------- their dress

    def _headed(self, shown: str, said: Said, colon: str) -> list[str]:
        tagline = self._tagline(said)
        whole = f"**{shown}{colon}**"
        if "\n" not in shown and self._often(0.3):
            return self._oddly_headed(f"{shown}{colon}", tagline)
        head = self._pick([whole, whole, f"{whole} ", f"**{shown}**{colon}"])
        if self._often(0.15) and "\n" not in shown:
            head = self._pick([f"## {shown}{colon}", f"### **{shown}{colon}**"])
        return [f"{head}\n{tagline}"] if not self._often(0.3) else [head, tagline]

    def _oddly_headed(self, head: str, tagline: str) -> list[str]:
        """Bold that closes late, in pieces, with spaces inside it, or italic too."""
        first, _, rest = head.partition(" ")
        words = tagline.strip("*_")
        return self._pick(
            [
                [f"**{head}\n**{tagline}"],
                [f"** {head} **\n{tagline}"],
                [f"**{first}** **{rest}**\n{tagline}"],
                [f"**{first} ****{rest}**\n{tagline}"],
                [f"***{head}***\n{tagline}"],
                [f"***{first}* {rest}**", tagline],
                [f"**{head}**\\\n***{words}***"],
                [f"**{head}**\n…\n*{words.strip('. …')}*\n\n…"],
                [f"**{head}**\n*{words}*{self._sentence()}"],
            ]
        )

    def _emphasised(self, words: str) -> tuple[str, str]:
        """Words, and how they stand in bold: at times broken around an emphasised one."""
        if not self._often(0.2):
            return words, words
        first, *rest = words.split()
        middle, behind = rest[0], " ".join(rest[1:])
        if not behind:
            return words, words
        joint = self._pick(["**\n\n*{}*\n\n**", "**\n\n***{}***\n\n**", "\n\n*{}*\n\n"])
        return words, f"{first}{joint.format(middle)}{behind}"

    def _tagline(self, said: Said) -> str:
        dots = self._pick(["…{}…", "…{}…", "...{}...", "… {} …"])
        return self._pick(["*{}*", "*{}*", "_{}_", "{}"]).format(dots.format(said.tagline))

    def _body_block(self) -> list[str]:
        draw = self._random.random()
        if draw < 0.2:
            return ["\n".join(f"* **{self._name()}:** {self._sentence()}" for _ in range(3))]
        if draw < 0.35:
            return [
                f"**What the {self._noun()} is made of:**",
                *self._paragraph([self._sentence()]),
            ]
        if draw < 0.5:
            lead = f"**{self._name()} {self._noun()}:**"
            joint = "\n\n" if self._often(0.5) else " "
            return [f"{lead}{joint}{self._sentence()}"]
        if draw < 0.6:
            return [f"> {self._sentence()}"]
        if draw < 0.64:
            return [f"1. {self._sentence()}\n2. {self._sentence()}"]
        if draw < 0.67:
            return [f"[![](https://sample.example/{self._noun()}.png)](https://sample.example/p)"]
        if draw < 0.7:
            return [
                f"**{self._name()} {self._pick(GIVES)}. {self._sentence()}** {self._sentence()}"
            ]
        if draw < 0.72:
            return [f"*{self._sentence()}*"]
        return self._paragraph([self._sentence() for _ in range(self._random.randint(1, 4))])

    def _why(self, said: Said) -> list[str]:
        if self._random.random() < 0.05:
            return []
        text = " ".join(self._sentence() for _ in range(2))
        if self._random.random() < 0.1:
            return [
                self._pick([f"**Why this matters:** {text}", f"**Why this matters:**\n\n{text}"])
            ]
        said.thesis = f"{self._noun()} is {' '.join(self._some(1, 5))}"
        thesis, shown = self._emphasised(said.thesis)
        dash = self._pick([" - ", " - ", " – ", " — ", ": "])
        bold = f"**Why this matters{dash}{shown}:**"
        bold = self._pick([bold, bold, f"**Why this matters{dash}{shown}**:"])
        if self._often(0.15) and shown == thesis:
            bold = self._pick(
                [
                    f"**Why this matters** -\n\n**{thesis}:**",
                    f"**Why this matters** - **{thesis}:**",
                    f"**Why this matters** **- {thesis}:**",
                    f"**Why this matters -**\n**{thesis}:**",
                    f"_**Why this matters - {thesis}:**_",
                ]
            )
        return [f"{bold}\n\n{text}" if self._often(0.5) else f"{bold} {text}"]

    def _reads(self, said: Said) -> list[str]:
        reads = [self._read("Read more", said)]
        while self._random.random() < 0.35:
            reads.append(self._read(self._pick(INVITES), said))
        return reads

    def _read(self, label: str, said: Said) -> str:
        title = f"{' '.join(self._some(2, 7)).title()}: An Account"
        url = self._url()
        said.urls.append(url)
        said.titles.append(title)
        venues = ", ".join(self._random.sample(VENUES, self._random.randint(1, 2)))
        kind = self._random.random() * (1.2 - 0.2 * self._mess) if self._mess else 0.99
        if 0.75 <= kind < 0.8:
            more, name = self._url(), f"{self._name()} Again"
            said.urls.append(more)
            said.titles.append(name)
            return f"**{label}:** [{title}]({url}) ({venues}), [{name}]({more})."
        for below, written in (
            (0.25, f"**{label}**\n\n:\n[{title} ({venues})]({url})\n\n."),
            (0.4, f"**{label}:**\n[{title}]({url})\n({venues})."),
            (0.5, f"**{label}: [{title} ({venues})]({url})**."),
            (0.6, f"**{label}:**\n\n[{title} ({venues})]({url})\n\n."),
            (0.7, f"**{label}**: [{title}]({url}) ({venues})"),
            (0.75, f"**{label}:** [{title}]({url}), ({venues})."),
            (0.83, f"**{label}** [{title} ({venues})]({url})."),
            (0.86, f"**{label} [{title}]({url})** ({venues})."),
            (0.88, f"[**{label}:** {title} ({venues})]({url})."),
            (0.9, f"**{label}:** [*{title}*]({url})[ ({venues})]({url})."),
        ):
            if kind < below:
                return written
        return f"**{label}:** [{title}]({url}) ({venues})."

    def _rule(self) -> str:
        return self._pick(["\\*\\*\\*", "***", "* * *", "---", "\\*\\*\\*  "])

    # ------------------------------------------------------------------------------------ the words

    def _paragraph(self, sentences: Sequence[str]) -> list[str]:
        """Sentences, some words of which are links or emphasis, whole or broken around them."""
        text = " ".join(sentences)
        if not self._often(0.7):
            return [text]
        words = text.split()
        place = self._random.randrange(1, len(words))
        inside = re.sub(r"[^\w]", "", words[place]) or "there"
        before, behind = " ".join(words[:place]), " ".join(words[place + 1 :])
        inner = self._pick([f"[{inside}]({self._url()})", f"*{inside}*"])
        if self._often(0.5):
            return [f"{before}\n\n{inner}\n\n, {behind}" if behind else f"{before}\n\n{inner}\n\n."]
        return [f"{before} {inner}, {behind}"]

    def _sentence(self) -> str:
        words = self._some(5, 14)
        text = f"{words[0].title()} {' '.join(words[1:])}"
        if self._random.random() < 0.3:
            text += f", “{' '.join(self._some(2, 8))}”, they write"
        if self._often(0.2):
            text += f" & {self._noun()}"
        text += "."
        return html.escape(text) if self._often(0.3) else text

    def _url(self) -> str:
        self._links += 1
        ending = self._pick(["", "/abs", "_(x)", "?a=b"])
        return f"https://{self._noun()}.example/{self._links}{ending}"

    def _name(self) -> str:
        return f"{self._noun().title()} {self._pick(['Lab', 'Institute', 'Company'])}"

    def _noun(self) -> str:
        return self._random.choice(NOUNS)

    def _some(self, least: int, most: int) -> list[str]:
        return [self._noun() for _ in range(self._random.randint(least, most))]

    def _often(self, chance: float) -> bool:
        return self._random.random() < chance * self._mess

    def _pick(self, forms: Sequence[T]) -> T:
        """The first form, the usual one, or where there is a mess any of them."""
        return self._random.choice(forms) if self._random.random() < self._mess else forms[0]
