"""What the data means: distance, coverage and gaps. Functions over frames in a metric CRS."""
