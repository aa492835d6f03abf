"""The shape of a rule pack file. Unknown keys are refused: a typing error must not silently switch a rule off."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from yiyuan.codes import RULE_FACTS, BasisStatus, ContentClass, FactName, Severity
from yiyuan.i18n import _
from yiyuan.text.folding import Folder

#: Fields of the form that an example may fill in: the texts among the fields of compliance.types.Package.
FORM_FIELDS = frozenset({
    "author", "title", "department", "practice_place", "source", "disclaimer", "approval_number", "ai_label",
    "ai_verified_by", "account_status",
})  # fmt: skip
Guard = Literal["negation", "refutation", "question", "source"]


def _words(value: object) -> object:
    """Word lists are written as blocks of words with blanks between, or as YAML lists where a word holds a blank."""
    return value.split() if isinstance(value, str) else value


def _classes(value: object) -> object:
    """`all`: everything of ours and of the public's."""
    words = _words(value)
    return list(ContentClass) if words == ["all"] else words


def _of_rules(value: FactName) -> FactName:
    if value not in RULE_FACTS:
        message = _("{value} 由投稿表单填写，规则不能读取").format(value=value.value)
        raise PydanticCustomError("rule_fact", "{message}", {"message": message})
    return value


#: A page fact that rules may read.
Fact = Annotated[FactName, AfterValidator(_of_rules)]


def _readable(words: list[str]) -> list[str]:
    """Words of which something is left in a folded text: an empty one would be found everywhere."""
    for word in words:
        if not Folder().word(word).strip():
            message = _("词“{word}”是空的或只有不可见字符，请删去").format(word=word)
            raise PydanticCustomError("empty_word", "{message}", {"message": message})
    return words


Words = Annotated[list[str], BeforeValidator(_words), AfterValidator(_readable)]
Classes = Annotated[list[ContentClass], BeforeValidator(_classes), Field(min_length=1)]
Guards = Annotated[list[Guard], BeforeValidator(_words)]
Facts = Annotated[list[Fact], BeforeValidator(_words)]


class Strict(BaseModel):
    """Base of all parts of a pack."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Basis(Strict):
    """An article of a law. T: its text was read; P: seen in a published page; M: from memory. Only T is verified."""

    law: str
    article: str = ""
    mark: Literal["T", "P", "M"]

    def quoted(self) -> str:
        """The article as findings quote it; what was not read in the original says so."""
        return f"{self.law}{self.article}{'' if self.mark == 'T' else '（待核）'}"


class Near(Strict):
    """Words of several lists close together, in one sentence; `within` counts the characters between them."""

    lists: Annotated[list[str], BeforeValidator(_words), Field(min_length=2, max_length=3)]
    within: int = Field(12, ge=0, le=60)
    ordered: bool = False
    scope: Literal["clause", "sentence"] = "sentence"


class Trigger(Strict):
    """One way to break a rule. Any word, pattern or `near` is a hit; the other keys narrow or override the rule."""

    why: str = ""
    terms: Words = []
    lists: Words = []
    patterns: list[str] = []
    near: list[Near] = []
    classes: Annotated[list[ContentClass], BeforeValidator(_classes)] = []
    needs: Facts = []
    unless: Facts = []
    severity: Severity | None = None
    guards: Guards | None = None
    suggestion: str = ""


class Adjust(Strict):
    """When the pattern is found in the same sentence as a hit, the hit has this severity instead."""

    when: str
    severity: Severity


class Example(Strict):
    """A text with what the rule must say of it. `form` gives form fields for rules that are judged by them."""

    text: str = ""
    content_class: ContentClass | None = Field(None, alias="class")
    facts: Facts = []
    form: dict[str, str] = {}

    @field_validator("form")
    @classmethod
    def _known(cls, form: dict[str, str]) -> dict[str, str]:
        if unknown := sorted(form.keys() - FORM_FIELDS):
            message = _("例子的 form 里没有 {names}，可用的有 {known}")
            message = message.format(names="、".join(unknown), known="、".join(sorted(FORM_FIELDS)))
            raise PydanticCustomError("form_field", "{message}", {"message": message})
        return form


def _example(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


ExampleText = Annotated[Example, BeforeValidator(_example)]


class Examples(Strict):
    """Texts that must be hits of the rule, and texts that must not be."""

    hit: list[ExampleText] = []
    clean: list[ExampleText] = []


class Rule(Strict):
    """One rule. `judged_by` says whether texts, form fields, consents, the privacy check or only a person can tell."""

    id: Annotated[str, Field(pattern=r"^[A-Z]{2}\d{2}$")]
    title: str
    severity: Severity
    classes: Classes
    judged_by: Literal["text", "form", "consent", "privacy", "person"] = "text"
    basis: Annotated[list[Basis], Field(min_length=1)]
    effective_from: date | None = None
    effective_to: date | None = None
    last_verified: date
    suggestion: Annotated[str, Field(min_length=4)]
    guards: Guards = ["negation", "refutation"]
    loose: bool = False
    triggers: list[Trigger] = []
    exempt: list[str] = []
    exempt_sentence: list[str] = []
    adjust: list[Adjust] = []
    examples: Examples = Examples()

    def basis_text(self) -> str:
        """All articles in one line."""
        return "；".join(b.quoted() for b in self.basis)

    @property
    def basis_status(self) -> BasisStatus:
        """verified when the text of at least the first article was read."""
        return BasisStatus.VERIFIED if self.basis[0].mark == "T" else BasisStatus.UNVERIFIED


class RuleFile(Strict):
    """A file of rules."""

    rules: list[Rule]


class ListFile(Strict):
    """A file of word lists, used by rules as names in `lists` and `near`, and in patterns as {name}."""

    lists: dict[str, Words]


class ContextFile(Strict):
    """How language turns a hit into no hit: negation, refutation, question, named source."""

    negators: Words
    far_negators: Words
    double_negatives: Words
    turned_modal: list[str]
    negated_after: list[str]
    refuting: Words
    refuting_after: Words
    attributing: Words
    turning: Words
    selling: Words
    affirming: list[str]
    denying: list[str]
    rhetorical: list[str]
    source_marks: list[str]
    facts: dict[Fact, list[str]]
    free_facts: list[str] = []


class LetterFile(Strict):
    """Disguises of characters: traditional forms, words written around a filter, sounds and parts of characters."""

    traditional: Words
    disguises: dict[str, Words]
    parts: dict[str, Words]
    sounds: dict[str, str]


class TopicFile(Strict):
    """What departments talk about; `any_topic`: parts of names of departments that may talk about everything.

    `aliases`: other parts of names by which a department of a topic is known.
    """

    topics: dict[str, Words]
    related: dict[str, Words]
    aliases: dict[str, Words] = {}
    any_topic: Words


class Voice(Strict):
    """The second voice (compliance/advertising/classifier.py): whether it speaks, and how sure it has to be.

    threshold: the score of a package of one stretch; growth: what is added per natural log of the number of stretches.
    calm: a sentence below this score reads so lawful that a must_fix of an advertising rule is a warning to answer.
    """

    enabled: bool
    threshold: Annotated[float, Field(ge=-10, le=20)]
    growth: Annotated[float, Field(ge=0, le=5)]
    calm: Annotated[float, Field(ge=-20, le=0)]


class OwnVoice(Strict):
    """What a hospital sets otherwise in the pack.yaml of its own folder; what it leaves out stays."""

    enabled: bool | None = None
    threshold: Annotated[float, Field(ge=-10, le=20)] | None = None
    growth: Annotated[float, Field(ge=0, le=5)] | None = None
    calm: Annotated[float, Field(ge=-20, le=0)] | None = None


class PackFile(Strict):
    """pack.yaml of the built-in pack."""

    version: str
    voice: Voice


class OwnPackFile(Strict):
    """pack.yaml of a hospital's own folder."""

    voice: OwnVoice = OwnVoice()


class Pack(Strict):
    """A validated pack. `places` maps rule ids to `file:line`."""

    version: str
    voice: Voice
    rules: list[Rule]
    lists: dict[str, Words]
    context: ContextFile
    letters: LetterFile
    topics: dict[str, Words] = {}
    related: dict[str, Words] = {}
    aliases: dict[str, Words] = {}
    any_topic: Words = []
    places: dict[str, str] = {}

    def without_voice(self) -> "Pack":
        """The same rules with the second voice silent: examples prove rules, not the voice."""
        return self.model_copy(update={"voice": self.voice.model_copy(update={"enabled": False})})

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id; KeyError when there is none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)
