"""科室 and the particulars of a person by their forms."""

from tests.support.browser_client import Enter
from tests.support.console import World
from yiyuan.db.session import transaction
from yiyuan.models import Staff
from yiyuan.staff import departments


def test_a_department_is_added_renamed_and_taken_out_of_use(world: World, visitor: Enter) -> None:
    admin = visitor("administrator")
    head = str(world.staff["doctor"].id)
    assert admin.send("/departments", {"name": "儿科", "head": head, "calendar": "clinic"}).status_code == 303
    twice = admin.send("/departments", {"name": "儿科", "calendar": "clinic"})
    assert twice.status_code == 409 and "已有名为" in twice.text
    assert admin.send("/departments", {"name": "x", "calendar": "moon"}).status_code == 404
    with transaction(read_only=True) as s:
        before = next(row for row in departments.every(s) if row.name == world.staff["doctor"].department)
    fields = {"version": "1", "name": "心血管内科", "calendar": "office", "head": head, "active": "1"}
    assert admin.send(f"/departments/{before.id}", fields).status_code == 303
    assert admin.send(f"/departments/{before.id}", fields).status_code == 409, "two administrators at once"
    with transaction(read_only=True) as s:
        assert s.get_one(Staff, world.staff["doctor"].id).department == "心血管内科"
    assert admin.send(f"/departments/{before.id}", fields | {"version": "2", "active": ""}).status_code == 303
    assert "已停用" in admin.page("/departments")


def test_a_persons_particulars_are_edited_by_one_at_a_time(world: World, visitor: Enter) -> None:
    admin, doctor = visitor("administrator"), world.staff["doctor"]
    path = f"/staff/{doctor.id}/edit"
    fields = {"version": "1", "name": "王敏敏", "department": doctor.department, "title": "主任医师"}
    assert admin.send(path, fields | {"department": "不存在科"}).status_code == 422
    assert admin.send(path, fields | {"name": ""}).status_code == 422
    assert admin.send(path, fields).status_code == 303
    assert "王敏敏" in admin.page(f"/staff/{doctor.id}")
    stale = admin.send(path, fields)
    assert stale.status_code == 409 and "刚被他人修改" in stale.text
