"""Personal mobile numbers are hidden wherever they stand; everything else is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.model.privacy import (
    HiddenInDoubt,
    any_may_be_personal,
    as_known,
    holds_mobile,
    in_full,
    masked,
    masked_cell,
    masked_contact,
    masked_record,
    personal,
    unmasked,
)

GAPS = st.sampled_from(["", " ", "-", "—", "\u3000", "  ", " - ", "/", "\u200b", "\u2060-\ufeff", ")", "～"])
WORDS = st.text(st.sampled_from("电话：转，（）;/.abc "), max_size=6)


@st.composite
def mobiles(draw: st.DrawFn) -> str:
    head = draw(st.sampled_from("3456789")) + draw(st.text("0123456789", min_size=1, max_size=1))
    rest = draw(st.text("0123456789", min_size=8, max_size=8))
    groups = [f"1{head}", rest[:4], rest[4:]]
    if draw(st.booleans()):
        groups = ["1", f"{head}{rest[0]}", rest[1:4], rest[4:]]
    number = draw(GAPS).join(groups)
    if draw(st.booleans()):
        number = number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    return draw(st.sampled_from(["", "+86", "+86 ", "0086", "86-"])) + number


@given(WORDS, st.lists(mobiles(), min_size=1, max_size=3), WORDS)
def test_no_mobile_number_survives_masking(before: str, numbers: list[str], after: str) -> None:
    text = before + "；".join(numbers) + after
    assert holds_mobile(text)
    hidden = masked(text)
    assert hidden is not None
    assert not holds_mobile(hidden)
    assert hidden.count("****") == len(numbers)
    assert masked(hidden) == hidden


@given(st.text(st.sampled_from("1１38８6 -—0*a"), max_size=30))
def test_a_text_is_left_alone_where_it_holds_no_number_and_nowhere_else(text: str) -> None:
    assert (masked(text) != text) == holds_mobile(text)


@given(st.lists(st.none() | mobiles() | st.text(st.sampled_from("1１38"), max_size=5), max_size=5))
def test_where_none_may_be_personal_nothing_is_hidden(texts: list[str | None]) -> None:
    assert any_may_be_personal(texts) or [masked(text) for text in texts] == texts


@given(WORDS, mobiles(), WORDS)
def test_what_was_masked_on_the_way_out_comes_back_whole(before: str, number: str, after: str) -> None:
    text = before + number + after
    assert unmasked(str(masked(text)), text) == text


@pytest.mark.parametrize(
    "text",
    [
        "0371-55269597",
        "0554-6666666",
        "12345678901",
        "1381234567",
        "138123456789",
        "340403199913011234",
        "340400000012345",
        "13、14、15、16、17、8号楼",
        "2019-12-19 2012-08-15 08:30",
        "负责单位：淮南市总工会",
        "主任务：宣传；志愿者服务 每周三",
        "联系人：待定，负责人每周三到岗",
        "400-800-1234",
        "117.018312, 32.645712",
        "2026-1-31 0800-1800",
        "1-3 0554-6644021",
        "(0554)664 4021 转 8001",
        "2021-11-15 08:30-17:30，2021.11.13 0800-1730",
        "340400-0001、340400-J0013",
        "91340400MA2N138123",
        "淮工发〔2021〕13号 8 月 1234",
        "",
        None,
    ],
)
def test_other_numbers_stay_as_they_are(text: str | None) -> None:
    assert not holds_mobile(text)
    assert masked(text) == text


def test_a_landline_beside_a_mobile_number_stays() -> None:
    assert masked("0371-67956331;13812345678") == "0371-67956331;138****5678"


@pytest.mark.parametrize(
    ("text", "known", "restored"),
    [
        ("138****5678", "13812345678", "13812345678"),
        ("老王 138****5678，周三休息", "13812345678 老王", "老王 13812345678，周三休息"),
        ("139****0000", None, "139****0000"),
        ("138****5678；138****5678", "13811115678；13822225678", "13811115678；13822225678"),
        ("13900000000", "13812345678", "13900000000"),
        ("没有电话了", "13812345678", "没有电话了"),
    ],
)
def test_a_hidden_number_never_replaces_a_known_one(text: str, known: str | None, restored: str) -> None:
    assert unmasked(text, known) == restored


@pytest.mark.parametrize(
    "number", ["138 111 12222", "139.2222.3333", "139_2222_3333", "1381 1112 222", "1 3 8", "1 38 1234 5678"]
)
def test_a_number_is_hidden_however_it_is_written_in_groups(number: str) -> None:
    whole = sum(map(str.isdigit, number)) == 11
    assert holds_mobile(number) == whole
    assert unmasked(str(masked(number)), number) == number


@pytest.mark.parametrize(
    "header",
    [
        "联络员",
        "经办人",
        "店长",
        "驿长",
        "联络人手机",
        "Manager name",
        "联系人",
        "联系人及电话",
        "联系人（手机）",
        "驿站负责人信息",
        "站长姓名",
        "管理员电话",
    ],
)
def test_a_column_that_speaks_of_a_person_shows_nobody(header: str) -> None:
    assert masked_cell(header, "王建国 13811112222") == "王" + "*" * 14
    assert masked_cell("备注", "王建国") == "王建国"


def test_the_number_of_an_identity_card_is_hidden_whole() -> None:
    assert masked_cell("负责人身份证号", "34040219900101123X") == "*" * 18
    known = {"extra": {"身份证号": "34040219900101123X"}}
    assert in_full(masked_record(known), known) == known


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("张 三 0554-6644021", "张** 0554-6644021"),
        ("李　四、欧阳 修", "李**、欧***"),
        ("值班电话 张 三 0554-6644021", "值班电话 张** 0554-6644021"),
        ("电话 0554-6644021 转 张 三", "电话 0554-6644021 转 张**"),
        ("张\u200b三", "张**"),
        ("张三丰 13812345678", "张** 138****5678"),
        ("0554-1234567（办公室）", "0554-1234567（办公室）"),
        ("0554-1234567转8001", "0554-1234567转8001"),
        ("值班电话 0554-1234567", "值班电话 0554-1234567"),
        ("Zhuge Liang, office 0554-1234567", "Z**** L****, office 0554-1234567"),
        ("", ""),
        (None, None),
    ],
)
def test_a_contact_shows_no_name_of_a_person(text: str | None, shown: str | None) -> None:
    assert masked_contact(text) == shown


@pytest.mark.parametrize(
    ("stated", "known", "kept"),
    [
        ("张** 138****5678", "张三丰 13812345678", "张三丰 13812345678"),
        ("张** 13900000000", "张三丰 13812345678", "张三丰 13900000000"),
        ("张**、李** 0554-1234567", "张 三、李　四 0554-1234567", "张 三、李　四 0554-1234567"),
        ("张*、张* 0554-1234567", "张三、张四 0554-1234567", "张三、张四 0554-1234567"),
        ("0554-7654321", "张三 0554-1234567", "0554-7654321"),
        ("李四 0554-7654321", None, "李四 0554-7654321"),
    ],
)
def test_a_contact_that_comes_back_hidden_loses_nothing(stated: str, known: str | None, kept: str) -> None:
    before = {"contact_phone": known} if known else {}
    assert in_full({"contact_phone": stated}, before) == {"contact_phone": kept}
    assert known is None or in_full(masked_record(before), before) == before


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("负责人：欧阳锋，周三休息", "负责人：欧**，周三休息"),
        ("负责人（站长）:张三、李四", "负责人（站长）:张*、李*"),
        ("联系人 王建国 0554-6644021", "联系人 王** 0554-6644021"),
        ("联系人张三13812345678", "联系人张*138****5678"),
        ("站长是李雷。", "站长是李*。"),
        ("责任人—赵六", "责任人—赵*"),
        ("志愿者：韩梅梅；主任:赵 六", "志愿者：韩**；主任:赵**"),
        ("Contact: John Smith, Monday", "Contact: J*** S****, Monday"),
        ("身份证340402199001011234已核", "身份证" + "*" * 18 + "已核"),
        ("34040219900101123X", "*" * 18),
        ("３４０４０２１９９００１０１１２３Ｘ", "*" * 18),
        ("340402 19900101 1234", "*" * 20),
        ("340402900101123", "*" * 15),
        ("138、1234、5678", "138、****、5678"),
        ("138,1234,5678", "138,****,5678"),
        ("138，1234，5678 每天", "138，****，5678 每天"),
    ],
)
def test_a_note_tells_nobody_who_somebody_is(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert any_may_be_personal([text])
    assert masked(shown) == shown
    assert unmasked(shown, text) == text
    assert unmasked(shown + "（新）", text) == text + "（新）"


@pytest.mark.parametrize(
    "header",
    [
        "主任",
        "法人",
        "志愿者",
        "微信",
        "Responsible",
        "Name of contact",
        "对接人",
        "工会主席",
        "网格员",
        "ContactPerson",
    ],
)
def test_a_column_for_a_person_is_known_by_parts_of_its_header(header: str) -> None:
    assert personal(header)


@pytest.mark.parametrize(
    "header",
    [
        *("负责单位", "主任务", "志愿者人数", "法人单位", "微信公众号", "服务人员数量", "营业时长", "主管部门"),
        *("Responsible unit", "Contact method", "Number of volunteers", "Department", "Personal lockers"),
    ],
)
def test_a_column_for_no_person_is_shown(header: str) -> None:
    assert not personal(header)


TWO = "张伟 0554-6644021、张丽 0554-6644022"


@pytest.mark.parametrize(
    ("stated", "known", "kept"),
    [
        ("张* 0554-6644022", TWO, "张丽 0554-6644022"),
        ("张* 0554-6644022、张* 0554-6644021", TWO, "张丽 0554-6644022、张伟 0554-6644021"),
        ("张* 0554-6644022 转3", TWO, "张丽 0554-6644022 转3"),
        ("0554-6644021转*8", "0554-6644021", "0554-6644021转*8"),
        ("张* 0554-6644021转*8", "张三 0554-6644021", "张三 0554-6644021转*8"),
        ("138****5678；138****5678 夜间", "13811115678；13822225678", "13811115678；13822225678 夜间"),
        ("李* 138****5678", "张三 13811115678、李四 13822225678", "李四 13822225678"),
        ("138****1388", "13888881388", "13888881388"),
    ],
)
def test_each_name_comes_back_with_its_own_number(stated: str, known: str, kept: str) -> None:
    assert in_full({"contact_phone": stated}, {"contact_phone": known}) == {"contact_phone": kept}


@pytest.mark.parametrize(
    ("stated", "known"),
    [
        ("张* 0554-6644023", TWO),
        ("李* 0554-1234567", "张三 0554-1234567"),
        ("139****0000", "13812345678"),
        ("138****5678", "13811115678；13822225678"),
        ("138****567", "13812345678"),
        ("138****5678 家；138****5678 或 晚上", "13811115678；13822225678 号"),
    ],
)
def test_what_is_hidden_and_not_certain_has_to_be_typed_in_full(stated: str, known: str) -> None:
    with pytest.raises(HiddenInDoubt):
        in_full({"contact_phone": stated}, {"contact_phone": known})
    assert as_known({"contact_phone": stated}, {"contact_phone": known}) == ({"contact_phone": known}, [stated])


@pytest.mark.parametrize(
    "number",
    [
        *("013812345678", "０13812345678", "８６13812345678", "138        1234        5678", "138\t1234\n5678"),
        *(f"138{gap}1234{gap}5678" for gap in ["    ", *"|;:：。•+=#'\"“~^&<>_"]),
    ],
)
def test_a_mobile_number_is_hidden_however_a_list_writes_it(number: str) -> None:
    for shown in (masked(f"夜间 {number}"), masked_contact(number)):
        assert "1234" not in str(shown)
        assert str(shown).endswith("5678")
    assert unmasked(str(masked(number)), number) == number


@pytest.mark.parametrize("number", ["一三八一二三四五六七八", "幺三八 一二三四 五六七八", "壹叁捌-壹贰叁肆-伍陆柒捌"])
def test_a_mobile_number_is_hidden_in_words(number: str) -> None:
    text = f"夜间打{number}找我"
    assert holds_mobile(text)
    assert any_may_be_personal([text])
    hidden = str(masked(text))
    assert not holds_mobile(hidden)
    assert number[:3] + "*" * (len(number) - 7 - "- ".count(number[-5])) in hidden
    assert unmasked(hidden, text) == text
    assert not holds_mobile("第一三八次，一二三四五六七八九十")


WORDS_FOR_PERSONS = (
    *(
        "值班",
        "店主",
        "经理",
        "片区经理",
        "主管",
        "老板",
        "会长",
        "理事长",
        "秘书长",
        "联系",
        "负责",
        "填表人",
        "审核人",
    ),
    *("录入", "采集员", "核验人", "工作人员", "管理", "值班领导", "管家", "律师", "Owner", "Staff", "Head", "Duty"),
)


@pytest.mark.parametrize("word", WORDS_FOR_PERSONS)
@pytest.mark.parametrize("turn", ["{}：王芳", "{}: 王芳，周三休息", "{} 王芳 0554-6644021", "夜间{}（王芳）"])
def test_a_name_is_hidden_after_whatever_the_office_calls_the_person(word: str, turn: str) -> None:
    text = turn.format(word)
    if word[0].isascii():
        text = text.removeprefix("夜间")
    assert any_may_be_personal([text])
    assert masked(text) == text.replace("王芳", "王*")
    assert unmasked(str(masked(text)), text) == text
    assert masked_cell(word, "王芳") == "王*"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "电话：0554-6644021（王芳）",
            "0554-6644021 王芳",
            "王芳 0554-6644021",
            "（王芳，0554-6644021）",
            "王芳：13812345678",
        ),
        *("电话 0554-6644021（王芳 主任）", "王芳（电话：0554-6644021）", "13812345678，王芳"),
    ],
)
def test_a_name_beside_a_number_is_hidden(text: str) -> None:
    assert any_may_be_personal([text])
    assert "王*" in str(masked(text))
    assert unmasked(str(masked(text)), text) == text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "值班：24小时",
            "值班：全天",
            "值班：周一至周五",
            "值班 周一",
            "联系：办公室",
            "负责：日常保洁",
            "工作人员：3人",
        ),
        *("0554-6644021（周三休息）", "0554-6644021（白天）", "0554-6644021（办公室）", "0554-6644021，周一至周五"),
        *("管理：田家庵区总工会", "高新区 0554-6644021", "万达店 0554-6644021", "审核采集录入一体", "司机之家 石姚路"),
        *("面积130×200×30000", "13%、14%、15%、1234、5678", "一三五七九", "服务人员数量：8"),
    ],
)
def test_what_is_no_name_beside_such_a_word_or_number_is_shown(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    "piece", ["1 3 8 ", "138" + "-" * 50, "负责人", "一三八 ", "0554-6644021（", "王", "12345678", "A. "]
)
def test_long_texts_are_masked_in_a_time_that_grows_with_their_length(piece: str) -> None:
    assert len(str(masked(f"Contact: {piece * (100_000 // len(piece))}"))) >= 80_000
