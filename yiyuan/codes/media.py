"""Codes of what the desensitisation did about sound and about pictures."""

from yiyuan.codes.base import Code
from yiyuan.i18n import N_


class SceneWatch(Code):
    """Whether pictures were looked at for private parts; otherwise the label says why not."""

    LOOKED = "looked", N_("已抽样查看"), "green"
    OFF = "off", N_("自动检测已按设置关闭"), "amber"
    MISSING = "missing", N_("检测模型没有安装或无法加载"), "amber"


class SpeechCheck(Code):
    """Whether the sound of a video was checked."""

    SILENT = "silent", N_("没有声音"), "green"
    SUBTITLED = "subtitled", N_("按字幕核对"), "green"
    UNCHECKED = "unchecked", N_("语音未核验"), "amber"


class FileStatus(Code):
    """How the desensitisation of one file ended; with doubts it is done, and a person must look."""

    DONE = "done", N_("完成"), "green"
    DOUBTS = "doubts", N_("完成，有疑点待人核对"), "amber"
    FAILED = "failed", N_("失败"), "red"
