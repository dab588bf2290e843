"""Personal data in records: what is shown to everybody, and what is not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple

from stations.model.errors import StationsError
from stations.model.language import mark
from stations.model.vocabulary import folded

# Eleven digits, 13… to 19…: also full-width, in any groups (138 1234 5678, 138 - 1234 - 5678, 1-381-234-5678), with
# what nobody sees in between, or right after the country's code (+86) or a 0 for the trunk.
_ZERO = "\u00ad\u200b-\u200f\u2060-\u2064\ufeff"
_SPACE = rf"[\s{_ZERO}]{{0,9}}"
_GAP = r"(?:(?![、，,*×%])[\W_]){0,9}"  # whatever is no letter and no digit, but for what parts and multiplies numbers
_FIRST, _SECOND = "[1１]", "[3-9３-９]"
_FOUR = rf"\d(?:{_GAP}\d){{3}}"
_AFTER_NO_DIGIT = (
    r"(?:(?<!\d.)|(?<=(?<!\d)[0０].)|(?<=(?<!\d)[8８][6６].)|(?<=(?<!\d)0086.))"  # from behind the first digit
)
_COMMA = rf"{_SPACE}[、，,]{_SPACE}"  # between 138, 1234 and 5678 alone: lists of small numbers are none
_BY_FOURS = rf"{_SPACE}{_SECOND}{_SPACE}\d(?:{_COMMA}(?=[\d*]{{4}}{_COMMA})|{_GAP})"
_BY_THREES = rf"{_GAP}{_SECOND}\d"
_END = rf"((?:{_GAP}|{_COMMA}){_FOUR})(?!\d)"
_MOBILE = re.compile(
    rf"({_FIRST}{_AFTER_NO_DIGIT}"
    rf"(?:{_BY_FOURS}|{_BY_THREES}(?=\d(?!\d){_GAP}\d{{3}}(?!\d){_GAP}\d{{4}}))){_FOUR}{_END}",
    re.DOTALL,
)
_BEGUN = re.compile(rf"{_FIRST}{_GAP}{_SECOND}")  # in every mobile number, in few other texts, and found much faster
_HIDDEN = re.compile(rf"({_FIRST}{_AFTER_NO_DIGIT}(?:{_BY_FOURS}|{_BY_THREES}))\*{{4}}{_END}", re.DOTALL)

_NUMERAL = "[〇零洞一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖]"
_SPELLED = re.compile(
    rf"(?<!{_NUMERAL})[一幺壹]{_GAP}(?![一二两幺壹贰]){_NUMERAL}{_GAP}{_NUMERAL}"
    rf"(?P<middle>(?:{_GAP}{_NUMERAL}){{4}})(?:{_GAP}{_NUMERAL}){{4}}(?!{_NUMERAL})"
)
"""A mobile number in words, as it is read out."""

_BREAK = rf"[\s{_ZERO}—–-]{{0,3}}"
_MONTH, _DAY = "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12]\\d|3[01])"
_CARD = re.compile(
    rf"(?<![\dA-Za-z])[1-9]\d{{3}}{_SPACE}\d\d{_BREAK}(?:"
    rf"(?:19|20){_SPACE}\d\d{_BREAK}{_MONTH}{_BREAK}{_DAY}{_BREAK}\d\d{_SPACE}\d[\dXx]"
    rf"|\d\d{_MONTH}{_DAY}{_BREAK}\d{{3}}(?![Xx]))(?![\dA-Za-z])"
)
"""An identity card's number, of 18 digits or 15: by the day of birth in it. A mistyped one is a person's as well, so
that the check digit is not asked for."""
_CARD_BEGUN = re.compile(rf"\d{{4}}{_SPACE}\d\d{_BREAK}\d\d")


CONTACT = "contact_phone"


class HiddenInDoubt(StationsError, ValueError):
    """What is hidden in a text that comes back is not known, or may be several. Fields: text."""

    template = mark(
        "“{text}” has something hidden in it (*), and it is not certain what. Type names and numbers in full, "
        "or leave the text as it was."
    )


def holds_mobile(text: str | None) -> bool:
    """Return whether `text` holds a personal mobile number (11 digits, 13… to 19…)."""
    return bool(text and (_MOBILE.search(text) or _SPELLED.search(text)))


def any_may_be_personal(texts: Iterable[str | None]) -> bool:
    """Return whether any of `texts` may say something personal: without it, `masked` changes none of them."""
    together = "\0".join(filter(None, texts))
    return any(begun.search(together) for begun in (_BEGUN, _CARD_BEGUN, _ROLE))


def masked(text: str | None) -> str | None:
    """Return `text` as everybody sees it; landlines stay as they are.

    Hidden are the middle of each mobile number, numbers of identity cards, and names after a word such as 负责人.
    """
    return _masked_short(text) if text and len(text) <= _SHORT else _masked(text)


def _masked(text: str | None) -> str | None:
    return _numbers_hidden(_words_hidden(text)) if text else text


def _numbers_hidden(text: str) -> str:
    return _MOBILE.sub(_NUMBER_SHOWN, text) if _BEGUN.search(text) else text


_NUMBER_SHOWN = r"\1****\2"


def _words_hidden(text: str) -> str:
    """Return `text`, as long as it was, without numbers in words, those of identity cards, and names of persons.

    These are what stands after a word such as 负责人, and what begins as a surname beside a telephone number.
    """
    if _CARD_BEGUN.search(text):
        text = _starred(text, [found.span() for found in _CARD.finditer(text.translate(_WIDE))])
    if _ROLE.search(text):
        text = _starred(text, [found.span("middle") for found in _SPELLED.finditer(text)])
        names = [
            found.span(found.lastgroup or 0) for names in (_NAMED, _BESIDE_A_NUMBER) for found in names.finditer(text)
        ]
        for start, end in names:
            text = text[:start] + _letters_hidden(text[start:end]) + text[end:]
    return text


def _starred(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "*" * (end - start) + text[end:]
    return text


_WIDE = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFF01, 0xFF5F)}
"""Full-width digits and letters → plain ones."""
_SHORT = 200
_masked_short = lru_cache(maxsize=2**16)(_masked)
"""The register of one day says mostly what that of another said; long texts are few, and not worth their room."""


_NO_PERSON = r"(?![员人]?数|单位|部门|务|服务|队|组织|公众|小程序|类|资格|培训|登记|期|度|短|宽|室)"
_PERSON = re.compile(
    "(?:姓名|户主|业主|店主|房东|经理|主管|老板|会长|理事长|秘书长|主任|书记|主席|法人|志愿者|微信|专干|干事|干部|管家"
    "|网格员|协理员|保洁员|委员(?!会)|老师|师傅|领导"
    "|(?:负责|联系|联络|责任|经办|承办|填[报表写]|申报|申请|对接|值守|值班|管理|看护|监督|签收|保管|代表|工作|审核|审批|核验|采集|录入)"
    f"(?:人员|人|员|者|同志)|[站驿店组队院社班园所馆校厂部科处局]长){_NO_PERSON}"
)
_DUTY = re.compile(
    "管理|包保|负责|联系|联络|值班|值守|带班|看护|录入|填[报表写]|审核|审批|核验|采集|经办|承办|对接|签字|签收"
    "|法定代表|司机|保安|骑手|快递员|馆员|讲师|教师|律师|医生|护士"
)
"""Words for what a person does: who does it may stand after them, or when, or how."""
"""Words for persons, as parts of longer ones: 驿站负责人信息, but 负责单位, 主任务 and 志愿者人数 speak of none."""
_PERSON_WORDS = {"contact", "manager", "responsible", "director", "supervisor", "leader", "volunteer", "wechat"} | {
    *("owner", "staff", "head", "caretaker", "keeper", "clerk", "secretary", "chairman")
}
_PERSON_TURNS = {"person in charge", "person name", "name of person", "full name"}
_NO_PERSON_WORDS = {"phone", "telephone", "tel", "number", "count", "no", "unit", "department", "office", "hours"} | {
    *("organisation", "organization", "address", "website", "method", "account", "type", "required", "task")
}


@cache
def personal(header: str) -> bool:
    """Return whether a column of a list, by its header, holds the name of a person."""
    if _PERSON.search(folded(header)) or _DUTY.fullmatch(folded(header)):
        return True
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", header))
    words = re.findall("[a-z]+", spaced.lower())
    run_on = {"contactperson", "contactname", "managername", "personincharge"}
    told = _PERSON_WORDS.intersection(words) or words in (["person"], ["duty"]) or run_on.intersection(words)
    turns = any(turn in " ".join(words) for turn in _PERSON_TURNS)
    return bool(told or turns) and not _NO_PERSON_WORDS.intersection(words)


@cache
def _identity(header: str) -> bool:
    """Return whether a column of a list, by its header, holds what an identity card says."""
    return any(word in folded(header) for word in ("身份证", "证件号", "idcard", "idnumber"))


def masked_name(name: str) -> str:
    """Return the name of a person with all but its first letter hidden."""
    return name[:1] + "*" * len(name[1:])


@lru_cache(maxsize=2**16)
def masked_contact(text: str | None) -> str | None:
    """Return what stands in the field for a phone as everybody sees it: numbers as `masked`, and no name of a person.

    Nobody can tell a name from another word for certain: all letters are hidden but for words an office is called by.
    """
    return _numbers_hidden(_contact_words_hidden(text)) if text else text


def _contact_words_hidden(text: str) -> str:
    return _words_hidden(_letters_hidden(text))


def _letters_hidden(text: str) -> str:
    return _LETTERS.sub(lambda found: _name_hidden(found[0]), text)


def _name_hidden(words: str) -> str:
    office = _OFFICE.match(words)
    name = words[office.end() :] if office else words
    first = next((at for at, letter in enumerate(name) if letter.isalpha()), 0)
    return words[: len(words) - len(name) + first] + masked_name(name[first:])


_LETTER = r"[^\W\d_]"
_APART = rf"[ \u3000·•.{_ZERO}]{{1,3}}"
_LETTERS = re.compile(rf"{_LETTER}+(?:{_APART}(?![或转和]){_LETTER}(?!{_LETTER}))*")  # 张三, and 张 三
_OFFICE = re.compile(
    "(?:办公室|办公|值班室|值班|联系|固定|座机|手机|总机|分机|热线|传真|前台|服务台|电话|号码|或|转|和"
    rf"|tel|telephone|phone|mobile|ext|extension|fax|office|hotline|or)+(?!{_LETTER})",
    re.IGNORECASE,
)


_ROLE = re.compile(
    rf"[名主书法专员人同长责系络班守填审核采办接签录护保理表师生机馆]|微信|老板|骑手|干[事部]|管家|房东|领导|(?<!动)者|[A-Za-z]{{6}}"
    rf"|(?i:owner|staff|head|duty|clerk)|\d{{4}}|{_NUMERAL}{_GAP}{_NUMERAL}{_GAP}{_NUMERAL}"
)  # in all that `_NAMED`, `_BESIDE_A_NUMBER` and `_SPELLED` know, found faster
_SURNAME = (
    "(?:欧阳|司马|上官|诸葛|司徒|夏侯|皇甫|尉迟|东方|令狐|慕容|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田"
    "董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔"
    "向常汤葛柴岳庞鲍樊童苗褚阮柯滕娄庄翟聂阎詹骆耿隋冉倪桂霍芦匡瞿翁佟裴席臧涂晏祁蔺岑柏佘闵尚牛盛殷申舒屈祝纪喻辛章甄兰梅燕"
    "艾卓迟戚焦齐施洪季宁荣邢尤苑栾])"
)
_HAN = "[\u3400-\u9fff]"
_NONE_KNOWN = rf"(?!待定|未定|暂无|空缺|{_HAN}{{2,}}(?:工会|公司|单位|部门|中心|委员会|街道|社区)(?!{_HAN}))"
_NO_NAME = "(?!周[一二三四五六日末边]|白天|夏[季天]|常[年用]|方[式便]|高峰|何时|任何|时间)"
_WHOLE_NAME = rf"{_NO_NAME}{_SURNAME}{_HAN}{{1,2}}(?<![区县市镇乡村街路站店馆园城厅局所库])(?!{_HAN})"
_ONE = rf"{_NONE_KNOWN}{_LETTERS.pattern}"
_NAMED = re.compile(
    rf"(?:{_PERSON.pattern})(?:姓名|电话|手机|信息)?(?:[^：:\n，。；;,\d]{{0,6}}[：:]\s*|[\s{_ZERO}=（(—/-]{{1,3}})"
    rf"(?P<name>{_ONE}(?:\s*[、/&和及与]\s*{_ONE})*)"
    rf"|(?:{_PERSON.pattern})[是为]?(?P<surname>{_SURNAME}{_HAN}{{1,2}})(?!{_HAN}{{2}})"
    rf"|(?:{_DUTY.pattern})[是为\s{_ZERO}=：:（(—/-]{{0,3}}(?P<duty>{_WHOLE_NAME}(?:\s*[、/&和及与]\s*{_WHOLE_NAME})*)"
    r"|\b(?i:contact|manager|responsible|in charge|director|volunteer|owner|staff|head|duty|caretaker|keeper|clerk"
    r"|secretary|chairman)(?i: person| name)?"
    rf"(?:\s*[:=：(（]\s*|\s+(?={_SURNAME}))(?P<latin>(?:[A-Z][\w'-]*[ .]{{0,2}}){{1,4}}|{_HAN}+)"
)
"""What stands right after such a word in a text: anything after a colon or a blank, else what begins as a surname."""
_TELEPHONE = r"\d(?:[ -]?\d){6,12}"
_BESIDE_A_NUMBER = re.compile(
    rf"(?<!{_HAN})(?P<before>{_WHOLE_NAME})[\s：:，,、（(]{{0,3}}(?=(?:电话|手机)?[：:]?\s?{_TELEPHONE})"
    rf"|{_TELEPHONE}[\s，,、（(-]{{0,3}}(?P<after>{_WHOLE_NAME})"
)
"""王芳 0554-6644021, and 0554-6644021（王芳）."""


def masked_cell(header: str, text: str) -> str:
    """Return the cell of a column that is no field of a record as it is shown to everybody."""
    if _identity(header) or personal(header):
        return _cell_words_hidden(header, text)
    return masked(text) or ""


def _cell_words_hidden(header: str, text: str) -> str:
    if _identity(header):
        return "*" * len(text)
    return masked_name(text) if personal(header) else _words_hidden(text)


def masked_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dumped record as it is shown to everybody."""
    shown = {key: masked(text) if isinstance(text, str) else text for key, text in record.items() if key != "extra"}
    if CONTACT in record:
        shown[CONTACT] = masked_contact(record[CONTACT])
    if "extra" in record:
        shown["extra"] = {header: masked_cell(header, text) for header, text in record["extra"].items()}
    return shown


def in_full(stated: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dumped record with what is hidden in it written out as in `known`. Raises `HiddenInDoubt`."""
    whole, in_doubt = as_known(stated, known)
    if in_doubt:
        raise HiddenInDoubt(text=in_doubt[0])
    return whole


def as_known(stated: Mapping[str, Any], known: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return a dumped record with what is hidden in it written out as in `known`, and the texts that are in doubt.

    So an export may come back, edited or not. Where it is not certain what is hidden in a text, `known` stands.
    """
    in_doubt: list[str] = []

    def written_out(text: Any, before: Any, hide: Callable[[str], str]) -> Any:
        if not (isinstance(text, str) and isinstance(before, str) and "*" in text):
            return text
        try:
            return _written_out(text, before, hide(before))
        except HiddenInDoubt:
            in_doubt.append(text)
            return before

    whole = {
        key: written_out(text, known.get(key), _contact_words_hidden if key == CONTACT else _words_hidden)
        for key, text in stated.items()
    }
    if "extra" in stated:
        before = known.get("extra", {})
        whole["extra"] = {
            name: written_out(text, before.get(name), partial(_cell_words_hidden, name))
            for name, text in stated["extra"].items()
        }
    return whole, in_doubt


def unmasked(text: str, known: str | None) -> str:
    """Return `text` with what `masked` hides in `known` written out. Raises `HiddenInDoubt`; see `as_known`."""
    return _written_out(text, known, _words_hidden(known)) if known else text


class _Piece(NamedTuple):
    """Something hidden: as it is shown, in full, and the part of the text in which it is shown."""

    shown: str
    full: str
    part: str


def _written_out(text: str, known: str, half: str) -> str:
    """Return `text` with all that is hidden in `known` written out; `half` is `known` with its words hidden.

    What may be several is the one whose part of the text is the same, else the one beside the same number.
    """
    shown, pieces = _pieces(known, half)
    restored = re.sub(_alone(shown), lambda _found: known, text, count=1) if pieces else text
    if pieces and restored == text:
        shapes = sorted({piece.shown for piece in pieces}, key=len, reverse=True)
        restored = re.sub("|".join(map(_alone, shapes)), lambda found: _meant(found, pieces), text)
    left = [found[0] for found in _LEFT_NUMBER.finditer(restored)]
    if pieces:
        left += [found[0] for found in _LEFT_NAME.finditer(restored) if _names_somebody(found[1])]
    if any(hidden not in known for hidden in left):
        raise HiddenInDoubt(text=text)
    return restored


_LEFT_NUMBER = re.compile(rf"\d{_GAP}\*{{4}}|\*{{15}}")
_LEFT_NAME = re.compile(rf"({_LETTER}+)\*+")
_BESIDE = re.compile(r"\d[\d*-]{4,}\d")
_PARTED = re.compile(r"[；;\n]|(?<![\d*])[、，,]|[、，,](?![\d*])")


def _names_somebody(words: str) -> bool:
    office = _OFFICE.match(words)
    return office is None or office.end() < len(words)


def _alone(shown: str) -> str:
    return rf"(?<![\d*]){re.escape(shown)}(?!\*)" + (r"(?!\d)" if shown[-1:].isdigit() else "")


def _part(text: str, at: int) -> str:
    """Return the part of a list in a text that holds a place."""
    edges = [0, *(edge for found in _PARTED.finditer(text) for edge in found.span()), len(text)]
    return text[max(edge for edge in edges if edge <= at) : min(edge for edge in edges if edge > at)].strip()


def _pieces(known: str, half: str) -> tuple[str, list[_Piece]]:
    """Return `known` as it is shown, and what is hidden in it; each letter of `half` is one of `known`, or a star."""
    hidden = []
    for found in re.finditer(r"\*+", half):
        start, end = found.span()
        if half[start:end] != known[start:end]:
            start -= start > 0 and half[start - 1].isalpha()
            hidden.append((start, end, half[start:end]))
    hidden += [(found.start(), found.end(), found.expand(_NUMBER_SHOWN)) for found in _MOBILE.finditer(half)]
    shown, at, places = "", 0, []
    for start, end, stars in sorted(hidden):
        shown += half[at:start]
        places.append((len(shown), stars, known[start:end]))
        shown, at = shown + stars, end
    shown += half[at:]
    return shown, [_Piece(stars, full, _part(shown, place)) for place, stars, full in places]


def _meant(found: re.Match[str], pieces: Sequence[_Piece]) -> str:
    alike = [piece for piece in pieces if piece.shown == found[0]]
    part = _part(found.string, found.start())
    beside = set(_BESIDE.findall(part))
    for fitting in (
        alike,
        [piece for piece in alike if piece.part == part],
        [piece for piece in alike if beside.intersection(_BESIDE.findall(piece.part))],
    ):
        if len({piece.full for piece in fitting}) == 1:
            return fitting[0].full
    return found[0]
