"""What the packaged app starts with."""

from infinite_studio.app.main import main

if __name__ == "__main__":
    main()
