"""What is left of a name and of an address when what many share is taken away."""

from __future__ import annotations

import pytest

from stations.intake.doctor.distinctive import compared_address, own_words


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("安徽省淮南市田家庵区洞山中路工会驿站", "洞山中路"),
        ("淮南田家庵区洞山中路驿站", "洞山中路"),
        ("工会驿站(洞山中路店)", "洞山中路"),
        ("爱心驿站-洞山中路", "洞山中路"),
        ("洞山中路工会驿站(建设银行)", "建设银行 洞山中路"),
        ("洞山加油站工会驿站", "洞山加油站"),
        ("淮南市场监管局工会驿站", "淮南市场监管局"),
        ("洞山路工会驿站3号点", "3号点 洞山路"),
        ("工会驿站", "工会驿站"),
        ("", ""),
    ],
)
def test_the_words_of_its_own_are_left_of_a_name(name: str, own: str) -> None:
    assert own_words(name, "田家庵区") == own


@pytest.mark.parametrize("text", ["洞山中路8号", "淮南市田家庵区 洞山中路８号", "田家庵区，洞山中路8号。"])
def test_an_address_is_the_same_however_it_is_written(text: str) -> None:
    assert compared_address(text, "田家庵区") == "洞山中路8号"


@pytest.mark.parametrize("text", ["", "无", "—", "淮南市田家庵区", "同上"])
def test_too_little_is_no_address(text: str) -> None:
    assert compared_address(text, "田家庵区") == ""
