"""The corpus: conversations made from the lessons, many ways of asking and a few ways of answering each.

A lesson is a block in lessons/[1-8]-*.txt, in lines that begin with:

    == id            a new lesson
    x: a | b         names of its subject, for questions such as "What is {name}?"; xs: if they are plural
    ? question       a question; {a|b} chooses, <noun> takes a word from words.txt
    - answer         one of several answers, written as they are; \\n is a new line
    >>               a follow-up, with its own ? and - lines
    > question       a follow-up question that makes sense only after the lesson, as in "why does it matter?"

Every sentence is our own. The same seed makes the same corpus.

    python corpus.py --conversations 160000 --out out/corpus.jsonl
"""

import argparse
import json
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

LESSONS = Path(__file__).parent / "lessons"

SYLLABLES = "ba do fi gu ka le mo nu pi ra so ti vu wo xa yo ze bri cla dro flo gri kno pla sku tra vex zim lor".split()

REFUSAL_SHARE, PAIR_SHARE, READING_SHARE, SYSTEM_SHARE = 0.12, 0.04, 0.02, 0.5
# Lessons that are asked for more often than the others.
HEAVY = {"hello": 6, "who-are-you": 4, "thanks": 3, "abilities": 3, "ping": 4, "how-are-you": 2, "bye": 2, "count": 2}
HEAVY |= {"tokenworks": 3, "token": 2, "token-factory": 2, "cost-of-token": 3, "layers": 2, "start": 2, "pue": 2}
HEAVY |= {"worked-example": 2, "story": 2, "explain-chain-long": 2, "openai-client": 2, "keys": 2, "who-are-you/0": 0.5}


@dataclass
class Lesson:
    id: str
    names: list[str] = field(default_factory=list)
    plural_names: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    questions_in_context: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    follow_ups: list["Lesson"] = field(default_factory=list)

    @property
    def weight(self) -> float:
        return HEAVY.get(self.id, 1) * (1 + 0.1 * len(self.questions + self.names + self.plural_names))


@dataclass
class Book:
    lessons: list[Lesson]
    refusals: list[str]
    beyond: list[str]
    words: dict[str, list[str]]
    phrases: dict[str, list[str]]


def read_lessons(path: Path) -> list[Lesson]:
    lessons: list[Lesson] = []
    current: Lesson | None = None
    for line in path.read_text().splitlines():
        mark, _, rest = line.partition(" ")
        if mark == "==":
            current = Lesson(rest)
            lessons.append(current)
        elif mark == ">>":
            current = Lesson(lessons[-1].id)
            lessons[-1].follow_ups.append(current)
        elif mark == "x:":
            current.names += rest.split(" | ")
        elif mark == "xs:":
            current.plural_names += rest.split(" | ")
        elif mark == "?":
            current.questions.append(rest)
        elif mark == ">":
            current.questions_in_context.append(rest)
        elif mark == "-":
            current.answers.append(rest.replace("\\n", "\n"))
        elif line:
            raise SystemExit(f"{path.name}: cannot read the line {line!r}")
    return lessons


def read_phrases(path: Path) -> dict[str, list[str]]:
    """Lists of phrases, each under a heading, one phrase a line."""
    phrases: dict[str, list[str]] = {}
    for line in path.read_text().splitlines():
        if line.startswith("== "):
            heading = phrases.setdefault(line[3:], [])
        elif line:
            heading.append(line)
    return phrases


def read_book() -> Book:
    lessons, refusals, beyond = [], [], []
    for path in sorted(LESSONS.glob("[1-8]-*.txt")):
        for lesson in read_lessons(path):
            if lesson.id == "refusal":
                refusals = lesson.answers
            elif lesson.id == "questions":
                beyond = lesson.questions
            else:
                lessons.append(lesson)
    words = {}
    for line in (LESSONS / "words.txt").read_text().splitlines():
        kind, _, rest = line.partition(": ")
        words[kind] = [word.replace("-", " ") for word in rest.split()]
    alone = [
        Lesson(f"{lesson.id}/{number}", questions=follow_up.questions, answers=follow_up.answers)
        for lesson in lessons
        for number, follow_up in enumerate(lesson.follow_ups)
        if follow_up.questions
    ]
    return Book(lessons + alone, refusals, beyond, words, read_phrases(LESSONS / "phrases.txt"))


class Writer:
    """Writes conversations out of the book, by chance."""

    def __init__(self, book: Book, chance: random.Random):
        self.book, self.chance = book, chance
        self.weights = [lesson.weight for lesson in book.lessons]
        self.named = [lesson for lesson in book.lessons if lesson.names and len(lesson.answers[0]) < 250]
        self.beyond = Lesson("beyond", answers=book.refusals)

    def one_of(self, things: list) -> str:
        return self.chance.choice(things)

    def phrase(self, kind: str) -> str:
        return self.one_of(self.book.phrases[kind])

    def made_up_word(self) -> str:
        return "".join(self.chance.choices(SYLLABLES, k=self.chance.randint(1, 4)))

    def word(self, kind: str) -> str:
        if kind == "number":
            return str(self.chance.randint(0, 10 ** self.chance.randint(1, 4)))
        if kind == "mash":
            return "".join(self.chance.choices("asdfjklqwertyuiopzxcvbnm", k=self.chance.randint(3, 9)))
        if kind == "words":
            return self.word_salad(self.chance.randint(3, 30))
        if kind in ("noun", "name") and self.chance.random() < 0.15:
            return self.made_up_word()
        return self.one_of(self.book.words[kind])

    def word_salad(self, length: int) -> str:
        if self.chance.random() < 0.2:
            refrain = [self.made_up_word() if self.chance.random() < 0.5 else self.word("noun") for _ in range(5)]
            return " ".join((refrain[: self.chance.randint(1, 5)] * length)[:length])
        kinds = self.chance.choices(["noun", "act", "name", "place", "number"], [6, 3, 1, 1, 1], k=length)
        return " ".join(self.word(kind) for kind in kinds)

    def expand(self, pattern: str) -> str:
        """Chooses in every {a|b}, innermost first, then fills every <kind>."""
        while "{" in pattern:
            pattern = re.sub(r"\{([^{}]*)\}", lambda m: self.one_of(m[1].split("|")), pattern)
        pattern = re.sub(r"<(\w+)>", lambda m: self.word(m[1]), pattern)
        return re.sub(r"  +", " ", pattern).strip()

    def misspell(self, text: str) -> str:
        """Swaps, drops or doubles a letter or two."""
        for _ in range(self.chance.randint(1, 2)):
            at = self.chance.randrange(max(1, len(text) - 1))
            swapped = text[at + 1 : at + 2] + text[at : at + 1]
            doubled = text[at] + text[at : at + 2]
            text = text[:at] + self.one_of([swapped, text[at + 1 : at + 2], doubled]) + text[at + 2 :]
        return text

    def dress(self, question: str) -> str:
        """The same question as different people would type it."""
        chance = self.chance
        if chance.random() < 0.15:
            question = f"{self.phrase('openings')} {question}"
        if chance.random() < 0.06:
            closing = self.phrase("closings")
            question = question.rstrip("?.") + (closing if closing.startswith(",") else f" {closing}")
        if chance.random() < 0.55:
            question = question[:1].upper() + question[1:]
            if question[-1].isalnum() and chance.random() < 0.4:
                question += "."
        else:
            if chance.random() < 0.7:
                question = question.lower()
            if chance.random() < 0.6:
                question = question.rstrip("?.!")
        if chance.random() < 0.1 and len(question) > 6:
            question = self.misspell(question)
        if chance.random() < 0.01:
            question = question.upper()
        return question

    def frame(self, lesson: Lesson) -> str:
        name = self.one_of(lesson.names + lesson.plural_names)
        frame = self.phrase("frames").replace("{x}", name)
        if name in lesson.plural_names:
            plurals = {f"is {name}": f"are {name}", f"{name} is": f"{name} are", "'s ": " are ", "does": "do"}
            for one, many in plurals.items():
                frame = frame.replace(one, many)
        return frame

    def ask(self, lesson: Lesson) -> str:
        names = len(lesson.names + lesson.plural_names)
        patterns = lesson.questions
        by_name = names and (not patterns or self.chance.random() < max(0.4, names / (names + 2 * len(patterns))))
        return self.frame(lesson) if by_name else self.expand(self.one_of(patterns))

    def exchange(self, lesson: Lesson) -> list[dict]:
        question, answer = self.ask(lesson), self.one_of(lesson.answers)
        if lesson.names and self.chance.random() < 0.15:
            wishes = self.one_of(["short-wishes", "long-wishes", "other-wishes"])
            wish = self.phrase(wishes)
            first = self.chance.random() < 0.3
            question = f"{wish}, {question}" if first else f"{question.rstrip('?.')} {wish}"
            if wishes != "other-wishes":
                answer = (min if wishes == "short-wishes" else max)(lesson.answers, key=len)
        return turns(self.dress(question), answer)

    def pair(self) -> list[dict]:
        """Two words asked about at once, which are answered one after the other."""
        one, other = self.chance.sample(self.named, 2)
        question = self.phrase("pair-frames").replace("{x}", self.one_of(one.names))
        question = question.replace("{y}", self.one_of(other.names))
        return turns(self.dress(question), f"{one.answers[0]} {other.answers[0]}")

    def refusal(self) -> list[dict]:
        question = self.expand(self.one_of(self.book.beyond))
        if self.chance.random() < 0.03:
            question = self.word_salad(self.chance.randint(60, 500))
        return turns(self.dress(question), self.one_of(self.book.refusals))

    def reading(self, lesson: Lesson) -> list[dict]:
        """A long message that ends with a question, which alone is to be answered."""
        if self.chance.random() < 0.4:
            text = self.word_salad(self.chance.randint(20, 400))
        else:
            others = self.chance.choices(self.book.lessons, k=self.chance.randint(1, 8))
            text = "\n".join(self.one_of(other.answers) for other in others)
        question, answer = exchange_texts(self.exchange(lesson))
        return turns(f"{text}\n\n{question}", answer)

    def next_turns(self, lesson: Lesson, last_answer: str) -> tuple[Lesson, list[dict]]:
        others = [answer for answer in lesson.answers if answer != last_answer]
        draw = self.chance.random()
        if lesson is self.beyond and (last_answer not in lesson.answers or draw > 0.2):
            return self.topic()
        follow_ups = [f for f in lesson.follow_ups if f.questions_in_context]
        if follow_ups and draw < 0.5:
            follow_up = self.one_of(follow_ups)
            question = self.expand(self.one_of(follow_up.questions_in_context))
            return lesson, turns(self.dress(question), self.one_of(follow_up.answers))
        if others and draw < 0.62:
            return lesson, turns(self.dress(self.phrase("rewordings")), self.one_of(others))
        if draw < 0.7:
            return self.beyond, self.refusal()
        return self.topic()

    def topic(self) -> tuple[Lesson, list[dict]]:
        lesson = self.chance.choices(self.book.lessons, self.weights)[0]
        draw = self.chance.random()
        if draw < REFUSAL_SHARE:
            return self.beyond, self.refusal()
        if draw > 1 - READING_SHARE:
            return lesson, self.reading(lesson)
        if draw > 1 - READING_SHARE - PAIR_SHARE:
            return self.beyond, self.pair()
        return lesson, self.exchange(lesson)

    def system_prompt(self) -> str:
        """Instructions, sometimes with facts among them; neither changes the answer."""
        count = self.chance.choices([1, 2, 3, 4, 7], [4, 3, 2, 2, 1])[0]
        sentences = [self.expand(self.phrase("system-prompts")) for _ in range(count)]
        if self.chance.random() < 0.12:
            sentences += [self.one_of(self.one_of(self.book.lessons).answers) for _ in range(self.chance.randint(1, 3))]
            self.chance.shuffle(sentences)
        return self.one_of([" ", " ", "\n"]).join(sentences)

    def conversation(self) -> list[dict]:
        messages = []
        if self.chance.random() < SYSTEM_SHARE:
            messages.append({"role": "system", "content": self.system_prompt()})
        lesson, new = self.topic()
        messages += new
        while self.chance.random() < 0.35:
            lesson, new = self.next_turns(lesson, messages[-1]["content"])
            messages += new
        return messages


def turns(question: str, answer: str) -> list[dict]:
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


def exchange_texts(messages: list[dict]) -> tuple[str, str]:
    return messages[0]["content"], messages[1]["content"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--conversations", type=int, default=160_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()

    writer = Writer(read_book(), random.Random(arguments.seed))
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    with arguments.out.open("w") as out:
        for _ in range(arguments.conversations):
            out.write(json.dumps({"messages": writer.conversation()}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
