"""Codes of items (稿件) and their revisions."""

from yiyuan.codes.base import Code
from yiyuan.i18n import N_


class ItemState(Code):
    """States of an item, in the order of its life. Allowed moves: review/items/moves.py."""

    DRAFT = "draft", N_("草稿")
    INTAKE = "intake", N_("处理中"), "blue"
    INTAKE_FAILED = "intake_failed", N_("处理失败"), "red"
    NAMING = "naming", N_("待作者确认"), "amber"
    REVIEW = "review", N_("审核中"), "amber"
    RETURNED = "returned", N_("已退回"), "amber"
    REJECTED = "rejected", N_("已否决"), "red"
    APPROVED = "approved", N_("已通过"), "green"
    WITHDRAWN = "withdrawn", N_("已撤回")


#: States before anybody has decided for good: the item is still in the hands of its author and reviewers.
UNDECIDED = (
    ItemState.DRAFT,
    ItemState.INTAKE,
    ItemState.INTAKE_FAILED,
    ItemState.NAMING,
    ItemState.REVIEW,
    ItemState.RETURNED,
)


class ContentClass(Code):
    """Classes of content; the last one is what the public writes, all others are ours."""

    KEPU = "kepu", N_("健康科普")
    PROMO = "promo", N_("宣传推广")
    NOTICE = "notice", N_("通知公告")
    DOCTOR_INTRO = "doctor_intro", N_("医生介绍")
    EVENT_NEWS = "event_news", N_("活动报道")
    REPLY = "reply", N_("公众回复")
    STATEMENT = "statement", N_("情况声明")
    COMMENT = "comment", N_("公众评论")


#: Classes an item may have.
ITEM_CLASSES = tuple(member for member in ContentClass if member is not ContentClass.COMMENT)


class AiLabel(Code):
    """What an author declares about AI."""

    NONE = "none", N_("未使用 AI")
    ASSISTED = "assisted", N_("AI 辅助")
    GENERATED = "generated", N_("AI 生成")


class IntakeStage(Code):
    """Stages of the intake, in their order."""

    QUEUED = "", N_("排队等待")
    PROBE = "probe", N_("检查文件"), "blue"
    DETECT = "detect", N_("识别人脸与画面文字"), "blue"
    TEXT = "text", N_("文字脱敏"), "blue"
    RENDER = "render", N_("打码并生成新视频"), "blue"
    PICTURES = "pictures", N_("图片和 PDF 脱敏"), "blue"
    CHECK = "check", N_("合规检查"), "blue"
    DONE = "done", N_("处理完成"), "green"
    #: A person chose otherwise what is covered; the next intake carries it out.
    CHANGED = "changed", N_("遮盖有改动，待重新处理"), "amber"


class FactName(Code):
    """Page facts: what a page carries (PAGE_FACTS), what is read off it, and what only the form declares."""

    ADDRESS = "address", N_("地址")
    PHONE = "phone", N_("电话")
    QR = "qr", N_("二维码")
    LINK = "link", N_("链接")
    PRICE = "price", N_("价格")
    CONTACT = "contact", N_("其他联系方式")
    PITCH = "pitch", N_("招揽患者或自我宣传")
    RECRUIT = "recruit", N_("明显招揽患者")
    PLAIN = "plain", N_("一般告知")
    INTERNAL = "internal", N_("院内教学")
    PRACTICE_PLACE = "practice_place", N_("执业机构")
    APPROVAL_NUMBER = "approval_number", N_("广告审查证明文号")


#: What a page carries and a person can tick or fill in.
PAGE_FACTS = (FactName.ADDRESS, FactName.PHONE, FactName.QR, FactName.LINK, FactName.PRICE)
#: What may be declared of a bare text without a form.
TEXT_FACTS = (*PAGE_FACTS, FactName.CONTACT)
#: What a rule may need or exclude. The last three are read off the texts, never declared: `pitch` (it recruits patients
#: or praises itself, weak signs count), `recruit` (only plain signs of it), `plain` (it informs, warns or says when).
RULE_FACTS = (*TEXT_FACTS, FactName.PITCH, FactName.RECRUIT, FactName.PLAIN)


class FieldName(Code):
    """Where a finding can be: the fields of a revision, its media, its variants and its form."""

    TITLE = "title", N_("标题")
    SUMMARY = "summary", N_("摘要")
    SCRIPT = "script", N_("文稿")
    CAPTION = "caption", N_("发布文案")
    SUBTITLES = "subtitles", N_("字幕")
    SOURCE = "source", N_("内容来源")
    AUTHOR_LINE = "author_line", N_("作者署名")
    DEPARTMENT_LINE = "department_line", N_("科室署名")
    DISCLAIMER = "disclaimer", N_("风险提示")
    TAGS = "tags", N_("话题标签")
    FACTS = "facts", N_("页面要素")
    VIDEO = "video", N_("视频画面")
    AUDIO = "audio", N_("语音")
    ATTACHMENT = "attachment", N_("附件")
    VARIANT = "variant", N_("平台版本")
    AUTHOR = "author", N_("作者")
    DEPARTMENT = "department", N_("科室")
    PRACTICE_PLACE = "practice_place", N_("执业机构")
    APPROVAL_NUMBER = "approval_number", N_("广告审查证明文号")
    ACCOUNT_STATUS = "account_status", N_("账号状态")
    AI_LABEL = "ai_label", N_("AI 标识")
    AI_VERIFIED_BY = "ai_verified_by", N_("AI 内容核准人")
    CONSENTS = "consents", N_("知情同意书")
    COVER = "cover", N_("封面")
    SCREEN = "screen", N_("画面文字")
    OTHER = "", N_("整篇")

    @classmethod
    def label_of(cls, field: str) -> str:
        """The label of a place as findings name it; of `attachment.3` or `variant.7.title` the first part counts."""
        return (cls.known(field.partition(".")[0]) or cls.OTHER).label
