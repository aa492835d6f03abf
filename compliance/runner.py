"""Run all checkers on a package. A checker that fails is reported as failed, never as a pass."""

from collections.abc import Callable, Mapping
from functools import lru_cache

import structlog

from compliance import completeness, consent, consistency, platform_limits
from compliance.advertising.active_pack import advertising
from compliance.advertising.checker import Advertising
from compliance.types import CheckerVerdict, Found, Package, Report
from yiyuan.codes import CheckerName, VerdictKind
from yiyuan.errors import YiyuanError
from yiyuan.i18n import _

log = structlog.get_logger()

#: A checker returns its findings, or a reason (Chinese) why it could not check.
Checker = Callable[[Package], list[Found] | str]


def _advertising(package: Package) -> list[Found] | str:
    if not any(text.strip() for text in package.texts.values()):
        return _("没有文字可查")
    return advertising().check(package)


@lru_cache
def checkers() -> Mapping[CheckerName, Checker]:
    """The checkers by name, in the order in which they are shown."""
    return {
        Advertising.name: _advertising,
        completeness.CHECKER: completeness.check,
        consent.CHECKER: consent.check,
        platform_limits.CHECKER: platform_limits.check,
        consistency.CHECKER: consistency.check,
    }


def run(package: Package, only: Mapping[CheckerName, Checker] | None = None) -> Report:
    """Check a package with all checkers (or those given)."""
    found: list[Found] = []
    verdicts: list[CheckerVerdict] = []
    for name, checker in (checkers() if only is None else only).items():
        hits, verdict = _one(name, checker, package)
        found += hits
        verdicts.append(verdict)
    return Report(tuple(sorted(found, key=lambda f: f.severity.rank)), tuple(verdicts))


def _one(name: CheckerName, checker: Checker, package: Package) -> tuple[list[Found], CheckerVerdict]:
    try:
        result = checker(package)
    except YiyuanError as error:  # says what is wrong, such as file and line of a rule
        log.warning("checker_failed", checker=name, kind=type(error).__name__)
        note = _("检查没有完成，不能视为通过，请联系管理员：{reason}").format(reason=error.message)
        return [], CheckerVerdict(name, VerdictKind.FAILED, note)
    except Exception as error:  # whatever it is, it becomes a failed verdict and stays visible
        log.exception("checker_failed", checker=name)
        note = _("检查没有完成（{kind}），不能视为通过，请联系管理员").format(kind=type(error).__name__)
        return [], CheckerVerdict(name, VerdictKind.FAILED, note)
    if isinstance(result, str):
        return [], CheckerVerdict(name, VerdictKind.NOT_CHECKED, result)
    return result, CheckerVerdict(name, VerdictKind.FOUND if result else VerdictKind.CLEAN)
