"""Sound to and from the card."""
