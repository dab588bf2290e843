"""Page 导入与体检 and its parts."""
