"""Exports: encodings, headers, and what is said about a bad cell."""

import io
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels import registry
from sentiment.mentions.csv_import import IngestReport, ingest_csv
from sentiment.mentions.csv_values import moment
from tests.support.sentiment import stored, vendor_csv
from yiyuan.clock import local
from yiyuan.db.session import transaction
from yiyuan.errors import BadInput
from yiyuan.models import Mention, Post, Thread

DAY = datetime.fromisoformat("2000-01-01")
ROWS = [
    {"平台": "微博", "内容": "江城医院，等了四小时", "发布时间": "2026-03-01 08:30", "作者": "甲"},
    {"平台": "抖音", "内容": "含,逗号\n和换行", "发布时间": "2026/3/1 9:05:07", "作者": "乙"},
]


def ingest(data: bytes, name: str = "export.csv") -> IngestReport:
    with transaction() as s:
        return ingest_csv(s, io.BytesIO(data), filename=name, aliases=registry.aliases())


def refused(data: bytes) -> BadInput:
    with pytest.raises(BadInput) as caught:
        ingest(data)
    assert stored() == []
    with transaction(read_only=True) as s:
        assert s.query(Thread).count() == 0
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(home: object, encoding: str) -> None:
    rows = [ROWS[0] | {"内容": "等了四小时"}, *ROWS[1:]]
    data = vendor_csv(rows, encoding).replace("\\n".encode(encoding.replace("utf-16", "utf-16-le")), b"")
    report = ingest(data)
    assert (report.rows, report.new, report.known) == (2, 2, 0)
    assert [mention.author for mention in stored()] == ["甲", "乙"]
    assert [mention.platform for mention in stored()] == ["weibo", "douyin"]


def test_english_headers_semicolons_and_blank_lines(home: object) -> None:
    data = "platform;text;time;extra\nweibo;你好;2026-03-01T08:30:00+08:00;x\n\n;;;\n"
    report = ingest(data.encode())
    assert (report.rows, report.ignored) == (1, ("extra",))


def test_an_ascii_head_does_not_hide_a_gb18030_tail(home: object) -> None:
    filler = "".join(f"weibo,{'x' * 90},2026-03-01 08:30\n" for _ in range(20_000))
    data = ("platform,text,time\n" + filler + "weibo,很生气,2026-03-01 08:31\n").encode("gb18030")
    assert ingest(data).encoding == "gb18030"
    assert stored()[-1].text == "很生气"


def test_the_same_file_twice_adds_nothing(home: object) -> None:
    data = vendor_csv(ROWS)
    ingest(data)
    again = ingest(data)
    assert (again.new, again.known) == (0, 2)
    assert len(stored()) == 2


def test_comments_of_one_post_share_a_thread_and_the_count_is_kept(home: object) -> None:
    rows = [
        {
            "平台": "微博",
            "内容": f"第{n}条",
            "时间": "2026-03-01 08:30",
            "帖子ID": "P1",
            "评论数": "1,200",
            "编号": str(n),
        }
        for n in range(3)
    ]
    assert len(ingest(vendor_csv(rows)).threads) == 1
    with transaction(read_only=True) as s:
        thread = s.query(Thread).one()
        assert (thread.external_id, thread.stored_count, thread.platform_count) == ("P1", 3, 1200)
        assert thread.text == ""


def test_a_row_without_a_post_is_itself_an_outside_post(home: object) -> None:
    ingest(vendor_csv(ROWS[:1]))
    with transaction(read_only=True) as s:
        thread = s.query(Thread).one()
        assert thread.text == "江城医院，等了四小时"
        assert s.query(Mention).one().external_id == thread.external_id


def test_our_own_post_is_known_by_its_address(post: Post, thread: Thread) -> None:
    rows = [{"平台": "B站", "内容": "你好", "时间": "2026-03-01 08:30", "链接": "https://example.test/BV1"}]
    assert ingest(vendor_csv(rows)).threads == {thread.id}


@pytest.mark.parametrize(
    ("data", "words", "field"),
    [
        (b"", ["0 字节"], "file"),
        ("平台,正文x,时间\n微博,a,2026-03-01\n".encode(), ["内容", "正文x"], "内容"),
        (b"name,age\n1,2\n", ["平台", "内容", "时间", "name"], "平台"),
        ("平台,内容,时间,评论\n微博,a,2026-03-01,b\n".encode(), ["内容", "评论", "意思相同"], "评论"),
        ("平台,内容,时间\n".encode(), ["没有内容"], "file"),
        ("平台,内容,时间\n微博,好,2026-03-01\n微博,坏,昨天\n".encode(), ["第 3 行", "时间", "昨天"], "时间"),
        ("平台,内容,时间\n微博,,2026-03-01\n".encode(), ["第 2 行", "内容", "空"], "内容"),
        ("平台,内容,时间\n微博,a,2026-02-30\n".encode(), ["第 2 行", "时间"], "时间"),
        ("平台,内容,时间,评论数\n微博,a,2026-02-03,很多\n".encode(), ["第 2 行", "评论数", "很多"], "评论数"),
        ("平台,内容,时间\n微博,a,b,2026-02-03,1\n".encode(), ["第 2 行", "5 个单元格"], "row:2"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe\x81", ["编码"], "file"),
    ],
)
def test_bad_files_are_refused_whole_and_by_name(home: object, data: bytes, words: list[str], field: str) -> None:
    error = refused(data)
    assert all(word in error.message for word in words), error.message
    assert error.field == field


def test_a_bad_last_row_leaves_nothing_of_five_thousand(home: object) -> None:
    good = "".join(f"微博,第{n}条,2026-03-01 08:30\n" for n in range(5000))
    error = refused(("平台,内容,时间\n" + good + "微博,坏,不知道\n").encode("gb18030"))
    assert "第 5002 行" in error.message


@given(st.binary(max_size=300))
def test_any_bytes_are_taken_or_refused_in_words(home: object, data: bytes) -> None:
    try:
        with transaction() as s:
            ingest_csv(s, io.BytesIO(data), filename="x.csv")
            s.rollback()
    except BadInput as error:
        assert error.message


@pytest.mark.parametrize(
    "cell",
    ["2026-03-01 08:30", "2026/3/1 8:30", "2026.03.01 08:30:00", "2026年3月1日 8:30", "2026年3月1日8时30分",
     "2026-03-01T00:30:00Z", "1772325000", "1772325000000", "2026-03-01T08:30:00.5+08:00"],
)  # fmt: skip
def test_times_as_exports_write_them(home: object, cell: str) -> None:
    assert moment(cell).isoformat(timespec="minutes") == "2026-03-01T00:30+00:00"


@given(st.datetimes(min_value=DAY, max_value=DAY.replace(year=2100)))
def test_a_time_we_show_is_read_back(home: object, when: datetime) -> None:
    shown = when.replace(microsecond=0)
    assert local(moment(f"{shown:%Y-%m-%d %H:%M:%S}")).replace(tzinfo=None) == shown
