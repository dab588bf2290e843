"""Page 快照与报告 and its parts."""
