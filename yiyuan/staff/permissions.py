"""Who may do what: every action that needs a role, and the roles that may do it, in one table.

The guard of the routes, the menu, the pages and the business functions all read this table; no other module holds a
set of roles for a permission. What also depends on the thing at hand (its author, its department, who signed before)
is decided by the module that owns the thing. Roles that a notice goes to, and the pools of a review policy or of a
playbook, are no permissions and stand where they are used.
"""

from collections.abc import Mapping
from enum import StrEnum, auto
from types import MappingProxyType

from yiyuan.errors import Refused
from yiyuan.i18n import N_, _
from yiyuan.models import Staff
from yiyuan.staff.roles import Role, role_name


class Action(StrEnum):
    """What a person does: verb_object. `any` in a name: also where the thing is neither one's own nor assigned."""

    use_console = auto()
    #: Items: write one, and what one may do with those of others.
    write_item = auto()
    try_text = auto()
    read_item = auto()
    read_any_item = auto()
    read_department_item = auto()
    read_approved_item = auto()
    edit_any_item = auto()
    edit_department_item = auto()
    withdraw_any_item = auto()
    reschedule_any_item = auto()
    delete_any_item = auto()
    #: Sealed originals: reach the page that leads to one, and open those of others.
    reach_original = auto()
    open_any_original = auto()
    see_any_face = auto()
    #: Consents.
    record_consent = auto()
    read_consents = auto()
    withdraw_any_consent = auto()
    #: Review.
    sign_item = auto()
    tick_verdict = auto()
    ask_waiver = auto()
    waive_finding = auto()
    count_reviews = auto()
    #: Posts.
    read_post = auto()
    follow_posts = auto()
    prove_post = auto()
    reschedule_post = auto()
    withdraw_post = auto()
    resolve_post = auto()
    read_hold = auto()
    set_hold = auto()
    lift_hold = auto()
    #: What is out already.
    read_rescan = auto()
    decide_rescan = auto()
    read_exceptions = auto()
    #: Events.
    read_event = auto()
    open_event = auto()
    mark_turned = auto()
    answer_event = auto()
    raise_any_tier = auto()
    do_any_duty = auto()
    #: Duties and the people who do them.
    do_duty = auto()
    see_every_duty = auto()
    read_roster = auto()
    manage_roster = auto()
    #: The installation.
    manage_account = auto()
    manage_staff = auto()
    read_audit = auto()
    watch_calendar = auto()


_EVERYBODY = frozenset(Role)
#: Pharmacy and care managers deal with persons, not with what is published.
_READERS = _EVERYBODY - {Role.administrator, Role.pharmacy, Role.care_manager}
_AUTHORS = frozenset({Role.doctor, Role.reviewer, Role.medical_affairs, Role.publicity, Role.operations})
#: Roles that sign at some level of a shipped policy. Operations write items but sign none.
_SIGNERS = frozenset({Role.doctor, Role.reviewer, Role.medical_affairs, Role.publicity, Role.leader})
_PUBLICITY = frozenset({Role.publicity})
_PUBLISHERS = frozenset({Role.publicity, Role.operations})
_RELEASERS = _PUBLISHERS | {Role.crisis_lead}
_RESPONDERS = _RELEASERS | {Role.medical_affairs, Role.leader}
#: Those to whom signals of an event give duties, beside those who answer it.
_SIGNALLED = frozenset({Role.pharmacy, Role.privacy_officer})
#: Roles that look after what is out already.
_KEEPERS = frozenset({Role.publicity, Role.medical_affairs, Role.leader, Role.auditor})
_ADMINISTRATORS = frozenset({Role.administrator})

ROLES: Mapping[Action, frozenset[Role]] = MappingProxyType(
    {
        Action.use_console: _EVERYBODY,
        Action.write_item: _AUTHORS,
        Action.try_text: _AUTHORS,
        Action.read_item: _READERS,
        Action.read_any_item: _KEEPERS,
        Action.read_department_item: frozenset({Role.doctor, Role.reviewer}),
        Action.read_approved_item: frozenset({Role.operations, Role.crisis_lead}),
        Action.edit_any_item: _PUBLISHERS,
        Action.edit_department_item: frozenset({Role.doctor}),
        Action.withdraw_any_item: _PUBLICITY,
        Action.reschedule_any_item: _PUBLICITY,
        Action.delete_any_item: _PUBLICITY,
        Action.reach_original: _AUTHORS | {Role.auditor},
        Action.open_any_original: frozenset({Role.publicity, Role.medical_affairs, Role.auditor}),
        Action.see_any_face: _PUBLICITY,
        Action.record_consent: _AUTHORS,
        Action.read_consents: _KEEPERS | {Role.privacy_officer},
        Action.withdraw_any_consent: frozenset({Role.medical_affairs}),
        Action.sign_item: _SIGNERS,
        Action.tick_verdict: _SIGNERS,
        Action.ask_waiver: _AUTHORS,
        Action.waive_finding: _PUBLICITY,
        Action.count_reviews: frozenset({Role.publicity, Role.leader, Role.medical_affairs}),
        Action.read_post: _READERS,
        Action.follow_posts: _RELEASERS,
        Action.prove_post: _PUBLISHERS,
        Action.reschedule_post: _PUBLICITY,
        Action.withdraw_post: _RESPONDERS,
        Action.resolve_post: _RESPONDERS,
        Action.read_hold: _RELEASERS | {Role.leader, Role.auditor, Role.administrator},
        # Whoever sees trouble may stop; those who answer for what goes out may go on.
        Action.set_hold: _RELEASERS | {Role.leader, Role.administrator},
        Action.lift_hold: frozenset({Role.publicity, Role.crisis_lead, Role.leader}),
        Action.read_rescan: _KEEPERS,
        Action.decide_rescan: _PUBLICITY,
        Action.read_exceptions: _KEEPERS | {Role.operations},
        Action.read_event: _RESPONDERS | _SIGNALLED | {Role.auditor, Role.administrator},
        Action.open_event: _RESPONDERS | {Role.administrator},
        Action.mark_turned: _RESPONDERS,
        Action.answer_event: _RESPONDERS,
        Action.raise_any_tier: frozenset({Role.leader}),
        Action.do_any_duty: frozenset({Role.crisis_lead, Role.leader}),
        Action.do_duty: _EVERYBODY,
        Action.see_every_duty: _RESPONDERS | {Role.auditor, Role.administrator},
        Action.read_roster: _EVERYBODY,
        Action.manage_roster: frozenset({Role.publicity, Role.crisis_lead, Role.administrator}),
        Action.manage_account: _ADMINISTRATORS | {Role.publicity},
        Action.manage_staff: _ADMINISTRATORS,
        Action.read_audit: _ADMINISTRATORS | {Role.auditor},
        Action.watch_calendar: _ADMINISTRATORS | {Role.publicity},
    }
)


#: Chinese name of each action, as it stands in a refusal: "只有……可以" + name.
NAMES: Mapping[Action, str] = MappingProxyType(
    {
        Action.use_console: N_("使用本系统"),
        Action.write_item: N_("投稿和修改稿件"),
        Action.try_text: N_("试查文案"),
        Action.read_item: N_("查看稿件"),
        Action.read_any_item: N_("查看全院稿件"),
        Action.read_department_item: N_("查看本科室稿件"),
        Action.read_approved_item: N_("查看已通过的稿件"),
        Action.edit_any_item: N_("编辑他人的稿件"),
        Action.edit_department_item: N_("编辑本科室稿件"),
        Action.withdraw_any_item: N_("撤回他人的稿件"),
        Action.reschedule_any_item: N_("调整他人稿件的计划发布时间"),
        Action.delete_any_item: N_("删除他人的稿件"),
        Action.reach_original: N_("申请查看原件"),
        Action.open_any_original: N_("查看他人稿件的原件"),
        Action.see_any_face: N_("查看他人稿件中的人脸"),
        Action.record_consent: N_("登记知情同意"),
        Action.read_consents: N_("查看知情同意台账"),
        Action.withdraw_any_consent: N_("登记他人稿件知情同意的撤回"),
        Action.sign_item: N_("审核稿件"),
        Action.tick_verdict: N_("勾选核验"),
        Action.ask_waiver: N_("申请豁免"),
        Action.waive_finding: N_("豁免检查发现"),
        Action.count_reviews: N_("查看审核进度统计"),
        Action.read_post: N_("查看发布单"),
        Action.follow_posts: N_("跟进发布单"),
        Action.prove_post: N_("回填发布结果"),
        Action.reschedule_post: N_("调整发布时间"),
        Action.withdraw_post: N_("取消或撤下发布单"),
        Action.resolve_post: N_("核对发布单"),
        Action.read_hold: N_("查看暂停发布"),
        Action.set_hold: N_("暂停发布"),
        Action.lift_hold: N_("恢复发布"),
        Action.read_rescan: N_("查看规则复查"),
        Action.decide_rescan: N_("处理规则复查结果"),
        Action.read_exceptions: N_("查看例外报告"),
        Action.read_event: N_("查看舆情事件"),
        Action.open_event: N_("上报舆情"),
        Action.mark_turned: N_("标记帖子已转负面"),
        Action.answer_event: N_("处置舆情事件"),
        Action.raise_any_tier: N_("将事件升级"),
        Action.do_any_duty: N_("代办他人的任务"),
        Action.do_duty: N_("处理自己的任务"),
        Action.see_every_duty: N_("查看全部任务"),
        Action.read_roster: N_("查看值班表"),
        Action.manage_roster: N_("安排值班"),
        Action.manage_account: N_("管理账号"),
        Action.manage_staff: N_("管理人员与角色"),
        Action.read_audit: N_("查看审计记录"),
        Action.watch_calendar: N_("维护节假日表"),
    }
)


def action_name(action: Action) -> str:
    """The name of an action in the language of the request."""
    return _(NAMES[action])


def may(staff: Staff, action: Action) -> bool:
    """Whether one of the person's roles may do this."""
    return not ROLES[action].isdisjoint(staff.roles)


def roles_in_words(action: Action) -> str:
    """The Chinese names of the roles that may do this, in the order of `Role`."""
    return "、".join(role_name(role) for role in Role if role in ROLES[action])


def needed(action: Action) -> str:
    """One Chinese sentence: which roles the action needs."""
    return _("只有{roles}可以{action}").format(roles=roles_in_words(action), action=action_name(action))


def require(staff: Staff, action: Action) -> None:
    """Refused, naming the roles needed, unless the person may do this."""
    if not may(staff, action):
        raise Refused(needed(action))
