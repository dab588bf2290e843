"""The yearly report as files: Word from a template, a page, their tables and pictures."""
