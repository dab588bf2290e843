"""``python -m stations``."""

from stations.cli import main

if __name__ == "__main__":
    main()
