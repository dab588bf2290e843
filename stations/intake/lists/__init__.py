"""What a file means: the records, people, premises and land that it lists, and where they are."""
