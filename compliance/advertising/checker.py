"""The advertising red lines: the rules of the pack on every text of a package, judged in context."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from compliance.advertising.classifier import Objection, WordingClassifier
from compliance.advertising.context import Context, Exemptions, FactFinder, Language
from compliance.advertising.matcher import Engine, Hit
from compliance.advertising.obfuscation import Loosener, LooseView
from compliance.advertising.pattern_engines import compiled
from compliance.advertising.sentences import Segments
from compliance.rulepack.schema import Pack, Rule, Trigger
from compliance.types import Found, Package
from yiyuan.codes import CheckerName, ContentClass, Severity
from yiyuan.i18n import _
from yiyuan.text.folding import Folded, Folder, Unfolded

CHECKER = CheckerName.ADVERTISING
#: What nobody can point to a word for may stop a signature, but a person may always wave it through.
LEARNT_SEVERITY = Severity.MUST_FIX
#: Findings of one rule in one field that are listed; a person needs no more to see what is wrong.
MOST_PER_RULE = 20
#: So many of the last worst findings of a rule are looked at for a hit that lies inside.
_REMEMBERED = 8
#: Rules about how something is said. Those about patients, forms and alerts weigh what is said and are never softened,
#: nor is what blocks: texts that were never read by the voice showed that it is wrong about too many of those.
_ADVERTISING, _CALMED, _BLOCKED = ("MA", "DS"), Severity.MUST_FIX, Severity.BLOCK
_LONG_NUMBER = re.compile(r"\d{6,}")
#: The address of a cited source is no contact of ours.
_NO_FACTS = frozenset({"source"})


@dataclass(frozen=True)
class _Judged:
    rule: Rule
    trigger: Trigger
    severity: Severity
    start: int
    end: int


class Advertising:
    """A pack made ready to read texts; building it takes tens of milliseconds, so it is kept."""

    name = CHECKER

    def __init__(self, pack: Pack, today: date | None = None) -> None:
        folder = Folder(pack.letters.traditional)
        rules = [r for r in pack.rules if r.triggers and _in_force(r, today)]
        self.pack, self._folder = pack, folder
        self._loosener = Loosener(pack.letters, folder)
        self._voice = WordingClassifier(pack, {r.id: r.classes for r in rules}) if pack.voice.enabled else None
        if self._voice:
            # Other weights judge otherwise: what is live is then checked again, as after a change of the rules.
            self.pack = pack.model_copy(update={"version": f"{pack.version}~{self._voice.version}"})
        self._language = Language(pack.context, folder)
        self._facts = FactFinder(pack.context, folder)
        denying = self._language.negators
        self._plain = Engine(rules, pack.lists, folder, denying)
        loose = [r for r in rules if r.loose]
        self._loose = Engine(loose, pack.lists, folder, denying)
        self._sounded = Engine(_as_sounds(loose, self._loosener), {}, Unfolded(), denying)
        self._exempt = {r.id: [compiled(folder.pattern(p)) for p in r.exempt] for r in rules}
        self._exempt_sentence = {r.id: [compiled(folder.pattern(p)) for p in r.exempt_sentence] for r in rules}
        self._active: dict[tuple[Engine, str, frozenset[str]], frozenset[int]] = {}
        self._adjust = {r.id: [(compiled(folder.pattern(a.when)), a.severity) for a in r.adjust] for r in rules}

    def check(self, package: Package) -> list[Found]:
        """Findings of all texts and tags, worst first."""
        views = self._views(package)
        shown = [self._context(view) for field, view in views.items() if field not in _NO_FACTS]
        facts = self._facts.of(package, shown)
        found = [f for field, view in views.items() for f in self._check_field(field, view, package, facts)]
        found += self._page_findings(package, facts)
        found += self._learnt(views, found, package)
        return sorted(found, key=lambda f: (f.severity.rank, f.field, f.start or 0))

    def heard(self, package: Package) -> list[Found]:
        """What the second voice alone would find, were there no rules: for measuring it."""
        return self._learnt(self._views(package), [], package)

    def _views(self, package: Package) -> dict[str, Folded]:
        texts = {**package.texts, **({"tags": "\n".join(package.tags)} if package.tags else {})}
        return {field: self._folder.fold(text) for field, text in texts.items()}

    def _check_field(self, field: str, view: Folded, package: Package, facts: frozenset[str]) -> list[Found]:
        judged: list[tuple[Folded, _Judged]] = []
        for seen, engine in self._searches(view):
            judged += [(seen, j) for j in self._judge(seen, engine, package.content_class, facts)]
        merged = _merge(judged)
        segments = Segments(view.text) if merged else Segments("")
        stained = {segments.sentence(j.start) for seen, j in merged if seen is view and j.severity == _BLOCKED}
        return [
            self._calmed(found, segments, j, package.content_class)
            if seen is view and segments.sentence(j.start) not in stained
            else found
            for seen, j in merged
            for found in [self._found(field, seen, j)]
        ]

    def _calmed(self, found: Found, segments: Segments, judged: _Judged, kind: ContentClass) -> Found:
        """The finding; a warning where the second voice takes the sentence for lawful.

        Not asked: about disguise, which is never lawful, and about a sentence of which another part blocks.
        """
        serious = judged.severity == _CALMED and judged.rule.id.startswith(_ADVERTISING)
        if not serious or self._voice is None or not self._voice.calms(segments, judged.start, judged.end, kind):
            return found
        title = _("{title}（机器判断上下文多半合规，请作者说明）").format(title=found.title)
        return replace(found, severity=Severity.WARN, title=title)

    def _searches(self, view: Folded) -> Iterator[tuple[Folded, Engine]]:
        yield view, self._plain
        engines = {"loose": self._loose, "sounded": self._sounded}
        yield from ((seen, engines[name]) for name, seen in self._loosener.views(view))

    def _context(self, view: Folded) -> Context:
        return Context(Segments(view.text), self._language)

    def _judge(
        self, view: Folded, engine: Engine, content_class: ContentClass, facts: frozenset[str]
    ) -> Iterator[_Judged]:
        context = self._context(view)
        segments = context.segments
        sure: dict[str, deque[tuple[int, int, int]]] = {}
        exempt = Exemptions(self._exempt, self._exempt_sentence, segments)
        for hit in engine.hits(view.text, segments, self._active_of(engine, content_class, facts)):
            if isinstance(view, LooseView) and not view.is_disguised(hit.start, hit.end):
                continue
            if self._tells_nothing(hit, sure.get(hit.rule.id, ())):
                continue
            guards = hit.rule.guards if hit.trigger.guards is None else hit.trigger.guards
            cleared = context.clears(guards, hit.start, hit.end, content_class, apart=hit.is_apart)
            if cleared or exempt.covers(hit):
                continue
            severity = self._severity(hit, segments)
            sure.setdefault(hit.rule.id, deque(maxlen=_REMEMBERED)).append((hit.start, hit.end, severity.rank))
            yield _Judged(hit.rule, hit.trigger, severity, hit.start, hit.end)

    def _tells_nothing(self, hit: Hit, sure: Iterable[tuple[int, int, int]]) -> bool:
        """Whether the hit lies inside words found by the same rule that are as bad as it can become."""
        worst = 0 if self._adjust[hit.rule.id] else (hit.trigger.severity or hit.rule.severity).rank
        return any(a <= hit.start and hit.end <= b and rank <= worst for a, b, rank in sure)

    def _active_of(self, engine: Engine, content_class: ContentClass, facts: frozenset[str]) -> frozenset[int]:
        key = engine, content_class, facts
        if key not in self._active:
            self._active[key] = engine.active(lambda rule, trigger: _fits(rule, trigger, content_class, facts))
        return self._active[key]

    def _severity(self, hit: Hit, segments: Segments) -> Severity:
        bounds = segments.nearby(hit.start, hit.end)
        for pattern, severity in self._adjust[hit.rule.id]:
            if pattern.search(segments.text, *bounds):
                return severity
        return hit.trigger.severity or hit.rule.severity

    def _found(self, field: str, view: Folded, judged: _Judged) -> Found:
        start, end = view.span(judged.start, judged.end)
        return _finding(judged.rule, judged.trigger, judged.severity, field, (start, end), view.original[start:end])

    def _learnt(self, views: dict[str, Folded], found: Sequence[Found], package: Package) -> list[Found]:
        """What the second voice objects to in sentences that no serious finding touches."""
        if self._voice is None:
            return []
        taken: dict[str, list[tuple[int, int]]] = {}
        for each in found:
            if each.severity.stops and each.start is not None and each.end is not None:
                taken.setdefault(each.field, []).append((each.start, each.end))
        heard = {field: view for field, view in views.items() if field not in _NO_FACTS}
        objections = self._voice.objections(heard, taken, package.content_class)
        return [self._learnt_finding(o, views[o.field].original) for o in objections]

    def _learnt_finding(self, objection: Objection, text: str) -> Found:
        rule = self.pack.rule(objection.rule)
        span = objection.start, objection.end
        found = _finding(rule, Trigger(), LEARNT_SEVERITY, objection.field, span, text[slice(*span)])
        title = _("措辞与已知违规说法相近，疑似：{title}（机器判断，请人核对）").format(title=found.title)
        return replace(found, title=title, learnt=True)

    def _page_findings(self, package: Package, facts: frozenset[str]) -> Iterator[Found]:
        """Triggers without words: the page facts alone break the rule."""
        for rule in self.pack.rules:
            for trigger in rule.triggers:
                if trigger.needs and not _has_words(trigger) and _fits(rule, trigger, package.content_class, facts):
                    yield _finding(rule, trigger, trigger.severity or rule.severity, "facts", None, "")


def _has_words(trigger: Trigger) -> bool:
    return bool(trigger.terms or trigger.lists or trigger.patterns or trigger.near)


def _in_force(rule: Rule, today: date | None) -> bool:
    if today is None:
        return True
    first, last = rule.effective_from or today, rule.effective_to or today
    return first <= today <= last


def _fits(rule: Rule, trigger: Trigger, content_class: ContentClass, facts: frozenset[str]) -> bool:
    classes = trigger.classes or rule.classes
    return (
        content_class in classes
        and (not trigger.needs or not facts.isdisjoint(trigger.needs))
        and (not trigger.unless or facts.isdisjoint(trigger.unless))
    )


def _as_sounds(rules: Iterable[Rule], loosener: Loosener) -> list[Rule]:
    """The rules with their words as sounds; words with a sound that is not in the table are left out."""
    result = []
    for rule in rules:
        triggers = [
            t.model_copy(update={"terms": codes, "lists": [], "patterns": [], "near": []})
            for t in rule.triggers
            if (codes := [code for term in t.terms if (code := loosener.code(term))])
        ]
        result.append(rule.model_copy(update={"triggers": triggers}))
    return result


def _merge(judged: Sequence[tuple[Folded, _Judged]]) -> list[tuple[Folded, _Judged]]:
    """One finding for overlapping hits of a rule: the worst, then the longest."""
    ordered = sorted(judged, key=lambda p: (p[1].severity.rank, p[1].start - p[1].end, p[1].start))
    taken: dict[str, list[tuple[int, int]]] = {}
    result = []
    for view, item in ordered:
        start, end = view.span(item.start, item.end)
        spans = taken.setdefault(item.rule.id, [])
        if len(spans) < MOST_PER_RULE and not any(start < b and end > a for a, b in spans):
            spans.append((start, end))
            result.append((view, item))
    return result


def _masked(rule_id: str, excerpt: str) -> str:
    """An excerpt is stored and shown: it tells no long number, and of a patient no more than two characters."""
    if rule_id.startswith("PV"):
        return excerpt[:2] + "＊" * (len(excerpt) - 2)
    return _LONG_NUMBER.sub(lambda m: m[0][:2] + "＊" * (len(m[0]) - 2), excerpt)


def _finding(
    rule: Rule, trigger: Trigger, severity: Severity, field: str, span: tuple[int, int] | None, excerpt: str
) -> Found:
    return Found(
        checker=CHECKER,
        rule=rule.id,
        severity=severity,
        title=_(trigger.why or rule.title),
        field=field,
        start=span[0] if span else None,
        end=span[1] if span else None,
        excerpt=_masked(rule.id, excerpt[:80]),
        basis=rule.basis_text(),
        basis_status=rule.basis_status,
        suggestion=_(trigger.suggestion or rule.suggestion),
    )
