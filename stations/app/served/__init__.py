"""What is served beside the pages: the map's scripts and data, photos, pictures, feeds."""
