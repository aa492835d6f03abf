"""Area: 人脸与遮挡核对, 文字脱敏核对."""

from console.redaction import face_pages, mask_pages, text_pages, voice_pages
from console.web.area import Area
from yiyuan.i18n import N_

AREA = Area(
    routers=(
        face_pages.router,
        mask_pages.router,
        voice_pages.router,
        text_pages.router,
    ),
    messages={
        "drawn": N_("已记录画框，重新生成后生效"),
        "undrawn": N_("已删除画框，重新生成后生效"),
        "chosen": N_("已记录，重新生成后生效"),
        "accepted": N_("已确认脱敏结果；如需重新打码，完成后自动进入审核"),
        "named": N_("已保存指认"),
        "renamed": N_("视频正在按新的指认重新生成"),
    },
)
