"""Page 站点与阵地 and its parts."""
