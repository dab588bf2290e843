"""Page 覆盖与缺口 and its parts."""
