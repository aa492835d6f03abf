"""Codes of assets (素材) and of the faces seen in them."""

from yiyuan.codes.base import Code
from yiyuan.i18n import N_


class AssetKind(Code):
    """original: sealed, as it came or as it was found in it. derived: ours, desensitised and plain."""

    ORIGINAL = "original", N_("原件"), "amber"
    DERIVED = "derived", N_("脱敏件"), "green"


class AssetRole(Code):
    """What an asset is for."""

    VIDEO = "video", N_("视频原件")
    COVER = "cover", N_("封面")
    SUBTITLES = "subtitles", N_("字幕文件")
    TEXTS = "texts", N_("原始文字")
    ATTACHMENT = "attachment", N_("附件")
    INSET = "inset", N_("文中插图")
    SCAN = "scan", N_("扫描件")
    #: What was found in a video, and in an attachment; sealed JSON.
    DETECTION = "detection", N_("画面识别结果")
    LOOKED = "looked", N_("附件识别结果")
    #: Crops of a face track: the best one, and a row along the track; sealed.
    FACE = "face", N_("人脸截图")
    STRIP = "strip", N_("人脸连续截图")
    #: How a derived video was made, so that the next one re-uses what did not change.
    MADE = "made", N_("打码记录")
    PACK = "pack", N_("发布包")
    PROOF = "proof", N_("发布凭证")


class FaceNaming(Code):
    """Whose face a track shows."""

    STAFF = "staff", N_("本院人员（保留）"), "green"
    PATIENT = "patient", N_("患者（打码）"), "blue"
    OTHER = "other", N_("其他人（打码）"), "blue"
    OBJECT = "object", N_("不是人脸（不打码）"), "green"
    UNNAMED = "", N_("未指认（打码）"), "amber"
