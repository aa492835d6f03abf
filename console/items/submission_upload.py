"""A submission on its way in: texts become a draft before the first byte of a file, so a failed upload loses none."""

from sqlalchemy.orm import Session

from console.items.submission_form import item_form
from console.web.forms import Form
from console.web.multipart import Chunks
from privacy.api import Source, document
from review.items import visibility
from review.submission import attachments, consents, submission
from yiyuan import clock
from yiyuan.codes import AssetRole
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput, YiyuanError
from yiyuan.i18n import _
from yiyuan.models import Asset, Consent, Item, Staff
from yiyuan.settings import settings
from yiyuan.storage import blob_store, media

#: File fields of the form: (role of the asset, media type it is taken for, largest size in bytes; None: the setting).
FILES: dict[str, tuple[AssetRole, str, int | None]] = {
    "video": (AssetRole.VIDEO, "video/mp4", None),
    "subtitles": (AssetRole.SUBTITLES, "text/plain", 5 * 1024**2),
    "attachment": (AssetRole.ATTACHMENT, "application/octet-stream", 100 * 1024**2),
    "scan": (AssetRole.SCAN, "application/octet-stream", 50 * 1024**2),
}
#: Of a consent; those that are empty when nobody recorded one.
_FILLED = ("consent-subject", "consent-uses", "consent-channels", "consent-to", "consent-minor", "consent-guardian")


def seal(name: str, filename: str, chunks: Chunks) -> Asset:
    """Encrypt one file as it arrives; no transaction is open meanwhile."""
    if name not in FILES:
        raise BadInput(_("此处不接受文件"), field=name)
    role, media_type, limit = FILES[name]
    largest = limit or settings().upload_max_bytes
    asset = media.seal_stream(chunks, role=role, filename=filename, media_type=media_type, limit=largest)
    if name == "scan":
        # A consent lets a patient's face out: a scan nobody could look at later must not count as one.
        try:
            document.picture(Source.of_asset(asset))
        except YiyuanError as error:
            blob_store.remove(asset.blob)
            if isinstance(error, BadInput):
                raise BadInput(_("同意书扫描件：{reason}").format(reason=error.message), field="scan") from error
            raise
    return asset


class Saving:
    """Creates or edits an item from one form. The methods run in threads, in the order take_file..., finish."""

    def __init__(self, staff: Staff, item: Item | None = None) -> None:
        self.staff, self.item, self._saved, self._scan = staff, item, False, 0

    def take_file(self, form: Form, name: str, filename: str, chunks: Chunks) -> None:
        """Save the texts first, then seal and attach the file."""
        self._save(form)
        if name == "scan" and not form.text("consent-subject"):
            message = _("选了同意书扫描件，但没有填患者代号：请填写代号（如“患者A”）、用途和平台，再选一次扫描件")
            raise BadInput(message, field="consent-subject")
        assert self.item is not None
        asset = seal(name, filename, chunks)
        try:
            with transaction() as s:
                attachments.attach(s, s.get_one(Item, self.item.id), asset, editor=self.staff)
        except YiyuanError:
            blob_store.remove(asset.blob)  # nothing refers to it
            raise
        if asset.role == AssetRole.SCAN:
            self._scan = asset.id

    def _save(self, form: Form) -> None:
        if self._saved:
            return
        filled = item_form(form)
        with transaction() as s:
            if self.item is None:
                self.item = submission.create(s, self.staff, filled)
            else:
                version = form.number("version")
                submission.edit(s, self.staff, self.item.id, version, filled)
                self.item = s.get_one(Item, self.item.id)
        self._saved = True

    def finish(self, form: Form) -> Item:
        """Save what is not saved yet, record the consent, and submit when asked.

        The last two together or not at all: who is refused and tries again must not leave two consents.
        """
        self._save(form)
        assert self.item is not None
        with transaction() as s:
            self.item = s.get_one(Item, self.item.id)
            if any(form.text(name) for name in _FILLED):
                record_consent(s, self.staff, self.item, form, self._scan)
            if form.text("then") == "submit":
                submission.submit(s, self.staff, self.item.id, self.item.version)
        return self.item


def record_consent(s: Session, staff: Staff, item: Item, form: Form, scan_id: int) -> None:
    """The consent fields of a form, as a record. BadInput names the field of the form."""
    scan = s.get(Asset, scan_id) if scan_id else None
    try:
        consents.record(
            s,
            staff,
            item,
            subject=form.text("consent-subject"),
            uses=form.all("consent-uses"),
            channels=form.all("consent-channels"),
            from_day=form.day("consent-from") or clock.today(),
            to_day=form.day("consent-to"),
            minor=form.checked("consent-minor"),
            guardian=form.text("consent-guardian"),
            scan=scan,
            note=form.text("consent-note"),
        )
    except BadInput as error:
        raise BadInput(error.message, field=f"consent-{error.field.removesuffix('_day')}") from error


class ConsentSaving:
    """A consent recorded on the page of its item; a scan is sealed as it arrives."""

    def __init__(self, staff: Staff, item_id: int) -> None:
        self.staff, self.item_id = staff, item_id
        self._scan: Asset | None = None

    def check(self) -> None:
        """Missing when the item is not for this person, before anything is read."""
        with transaction(read_only=True) as s:
            visibility.item_of(s, self.staff, self.item_id)

    def take_file(self, form: Form, name: str, filename: str, chunks: Chunks) -> None:
        """Seal the scan; it gets its row together with the consent."""
        if name != "scan" or self._scan is not None:
            raise BadInput(_("此处只接受同意书扫描件"), field="scan")
        self._scan = seal(name, filename, chunks)

    def finish(self, form: Form) -> None:
        """Record the consent; without one the sealed scan goes again."""
        try:
            with transaction() as s:
                item = visibility.item_of(s, self.staff, self.item_id)
                if self._scan is not None:
                    self._scan.item_id = item.id
                    s.add(self._scan)
                    s.flush()
                record_consent(s, self.staff, item, form, self._scan.id if self._scan else 0)
        except YiyuanError:
            if self._scan is not None:
                blob_store.remove(self._scan.blob)
            raise


class ScanSaving:
    """The scan for a consent that has none yet."""

    def __init__(self, staff: Staff, consent_id: int) -> None:
        self.staff, self.consent_id, self.item_id = staff, consent_id, 0
        self._scan: Asset | None = None

    def check(self) -> None:
        """Missing when the consent is not for this person, before anything is read."""
        with transaction(read_only=True) as s:
            consent = s.get(Consent, self.consent_id)
            self.item_id = visibility.item_of(s, self.staff, consent.item_id if consent else 0).id

    def take_file(self, _form: Form, name: str, filename: str, chunks: Chunks) -> None:
        """Seal the scan as it arrives."""
        if name != "scan" or self._scan is not None:
            raise BadInput(_("此处只接受同意书扫描件"), field="scan")
        self._scan = seal(name, filename, chunks)

    def finish(self) -> None:
        """Attach it; a scan that is not taken is destroyed."""
        if self._scan is None:
            raise BadInput(_("请选择扫描件"), field="scan")
        try:
            with transaction() as s:
                consents.attach_scan(s, self.staff, self.consent_id, self._scan)
        except YiyuanError:
            blob_store.remove(self._scan.blob)
            raise
