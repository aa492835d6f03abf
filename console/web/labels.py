"""The words of the screen for the codes in the tables. Functions, since the language is chosen per request."""

from channels import registry
from yiyuan.i18n import _


def item_state(code: str) -> str:
    """State of an item."""
    return {
        "draft": _("草稿"),
        "intake": _("处理中"),
        "intake_failed": _("处理失败"),
        "naming": _("待作者确认"),
        "review": _("审核中"),
        "returned": _("已退回"),
        "rejected": _("已否决"),
        "approved": _("已通过"),
        "withdrawn": _("已撤回"),
    }.get(code, code)


def post_state(code: str) -> str:
    """State of a post."""
    return {
        "planned": _("待发布"),
        "sending": _("发送中"),
        "unsure": _("结果待查"),
        "accepted": _("平台审核中"),
        "awaiting_person": _("待人工发布"),
        "live": _("已发布"),
        "refused": _("平台拒绝"),
        "parked": _("待人工核对"),
        "withdrawn": _("已撤下"),
    }.get(code, code)


def content_class(code: str) -> str:
    """Content class of an item."""
    return {
        "kepu": _("健康科普"),
        "promo": _("宣传推广"),
        "notice": _("通知公告"),
        "doctor_intro": _("医生介绍"),
        "event_news": _("活动报道"),
        "reply": _("公众回复"),
        "statement": _("情况声明"),
        "comment": _("公众评论"),
    }.get(code, code)


def policy(code: str) -> str:
    """Review policy."""
    return {"short_video": _("短视频三级审核"), "private_domain": _("私域三级审核"), "urgent": _("应急快审")}.get(
        code, code
    )


def severity(code: str) -> str:
    """Severity of a finding."""
    return {
        "block": _("禁止发布"),
        "must_fix": _("必须修改"),
        "warn": _("需留意"),
        "info": _("建议"),
        "alert": _("须人工接手"),
    }.get(code, code)


def disposition(code: str) -> str:
    """What became of a finding."""
    return {
        "open": _("待处理"),
        "redacted": _("已脱敏"),
        "fixed": _("已修改"),
        "accepted": _("作者已认可"),
        "waived": _("宣传部已豁免"),
        "false_alarm": _("误报"),
    }.get(code, code)


def checker(code: str) -> str:
    """Name of a checker."""
    return {
        "privacy": _("患者隐私"),
        "advertising": _("医疗广告红线"),
        "completeness": _("要素完整"),
        "consent": _("知情同意"),
        "limits": _("平台限制"),
        "drift": _("与原稿一致"),
        "speech": _("语音内容"),
        "scenes": _("隐私部位"),
        "faces": _("人脸"),
        "screen": _("画面文字"),
        "text": _("文字"),
        "plain": _("通俗易懂"),
    }.get(code, code)


def verdict(code: str) -> str:
    """Verdict of a checker or of a person."""
    return {
        "found": _("有发现"),
        "clean": _("未发现问题"),
        "not_checked": _("未核验"),
        "failed": _("检查失败"),
        "approve": _("同意"),
        "return": _("退回修改"),
        "reject": _("否决"),
    }.get(code, code)


def naming(code: str) -> str:
    """Whose face it is."""
    return {
        "": _("未指认（打码）"),
        "staff": _("本院人员（保留）"),
        "patient": _("患者（打码）"),
        "other": _("其他人（打码）"),
        "object": _("不是人脸（不打码）"),
    }.get(code, code)


def stage(code: str) -> str:
    """Stage of the intake."""
    return {
        "": _("排队等待"),
        "probe": _("检查文件"),
        "detect": _("识别人脸与画面文字"),
        "render": _("打码并生成新视频"),
        "pictures": _("图片和 PDF 脱敏"),
        "text": _("文字脱敏"),
        "check": _("合规检查"),
        "verify": _("核对成片"),
    }.get(code, code)


def field(code: str) -> str:
    """A text field of a revision, or a file."""
    if code.startswith("attachment."):
        return _("附件")
    return {
        "title": _("标题"),
        "summary": _("摘要"),
        "script": _("文稿"),
        "caption": _("发布文案"),
        "subtitles": _("字幕"),
        "source": _("内容来源"),
        "author_line": _("作者署名"),
        "department_line": _("科室署名"),
        "disclaimer": _("风险提示"),
        "video": _("视频画面"),
        "tags": _("话题标签"),
        "facts": _("页面要素"),
        "audio": _("语音"),
    }.get(code, code)


def fact(code: str) -> str:
    """A page fact."""
    return {
        "address": _("地址"),
        "phone": _("电话"),
        "qr": _("二维码"),
        "link": _("链接"),
        "price": _("价格"),
        "internal": _("院内教学"),
        "practice_place": _("执业机构"),
        "approval_number": _("广告审查证明文号"),
    }.get(code, code)


def asset_role(code: str) -> str:
    """Role of an asset."""
    return {
        "video": _("视频原件"),
        "cover": _("封面"),
        "subtitles": _("字幕文件"),
        "texts": _("原始文字"),
        "scan": _("扫描件"),
        "attachment": _("附件"),
        "proof": _("发布凭证"),
    }.get(code, code)


def use(code: str) -> str:
    """Use a consent names."""
    return {"publish": _("公开发布"), "teaching": _("院内教学"), "surgery": _("展示手术画面")}.get(code, code)


def ai_label(code: str) -> str:
    """AI label of a revision."""
    return {"none": _("未使用 AI"), "assisted": _("AI 辅助"), "generated": _("AI 生成")}.get(code, code)


def platforms() -> list[str]:
    """Codes of the platforms, in the order shown to people."""
    return list(registry.platforms())


def platform(code: str) -> str:
    """Name of a platform."""
    return _(registry.capabilities(code).name) if code in registry.platforms() else code


def account_tier(code: str) -> str:
    """Tier of an account."""
    return {"official": _("官方账号"), "department": _("科室账号"), "expert": _("专家账号")}.get(code, code)


def account_status(code: str) -> str:
    """What the register says of an account."""
    return {
        "active": _("已备案，可发布"),
        "unreported": _("未备案"),
        "uncertified": _("未认证或认证过期"),
        "left": _("持有人已离职"),
    }.get(code, code)


def event_tier(tier: int) -> str:
    """Tier of an event."""
    return {0: _("待定级"), 1: _("一般"), 2: _("较大"), 3: _("重大")}.get(tier, str(tier))


def outcome(code: str) -> str:
    """Outcome of an attempt."""
    return {
        "": _("进行中"),
        "ok": _("成功"),
        "unsure": _("结果不明"),
        "refused": _("被拒绝"),
        "retry": _("稍后重试"),
    }.get(code, code)


def step(code: str) -> str:
    """Step of an attempt."""
    return {
        "upload": _("上传"),
        "submit": _("提交"),
        "find": _("核查"),
        "poll": _("查询状态"),
        "withdraw": _("撤下"),
        "draft": _("草稿"),
        "pack": _("制作发布包"),
    }.get(code, code)


def metric(code: str) -> str:
    """Name of a metric."""
    return {
        "views": _("播放"),
        "likes": _("点赞"),
        "shares": _("转发"),
        "comments": _("评论"),
        "favorites": _("收藏"),
        "coins": _("投币"),
    }.get(code, code)


def label(code: str) -> str:
    """Label of a mention's sentiment."""
    return {
        "negative": _("负面"),
        "neutral": _("中性"),
        "positive": _("正面"),
        "uncertain": _("不确定"),
        "": _("待分析"),
    }.get(code, code)


def notice_kind(code: str) -> str:
    """Kind of a notice."""
    return {
        "review": _("审核"),
        "returned": _("退回"),
        "tier": _("舆情"),
        "duty": _("任务"),
        "handoff": _("待发布"),
        "system": _("系统"),
    }.get(code, code)
